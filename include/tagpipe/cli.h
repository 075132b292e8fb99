/* cli: one table describes a tool's options. Parsing, --help, --version and every message about them follow from it. */
#ifndef TAGPIPE_CLI_H
#define TAGPIPE_CLI_H

#include <tagpipe/util.h>

enum cli_type {
    CLI_FLAG,   /* no argument; target: bool */
    CLI_TEXT,   /* target: const char * */
    CLI_PATH,   /* the same; the stream's history keeps only its last component */
    CLI_LIST,   /* may be given again; target: struct cli_list. The history keeps the last component of a path after "@" */
    CLI_COUNT,  /* a whole number from `least` on; target: size_t */
    CLI_SEED,   /* any unsigned 64 bit number; target: uint64_t */
    CLI_REAL,   /* a finite number from `least` on; target: double */
    CLI_CHOICE, /* one of the words in `argument`, separated by '|'; target: int, the word's number from 0 */
    CLI_FOUND,  /* the same, in all spellings that target's find knows; target: struct cli_found */
};

/* value: a number from 0, or the default. find gives it for what the user wrote; -1: it is none. */
struct cli_found {
    int value;
    int (*find)(const char *given);
};

struct cli_list {
    size_t n;
    const char **data;
};

struct cli_option {
    char short_name; /* 0: none */
    const char *long_name;
    const char *argument; /* as --help shows it; NULL for a flag */
    const char *help;     /* with the default in parentheses */
    enum cli_type type;
    void *target;
    double least; /* CLI_COUNT, CLI_REAL: the smallest value allowed */
};

struct cli {
    const char *name, *summary;
    const char *operands;             /* as usage shows them: "[FILE...]"; NULL: none are taken */
    const struct cli_option *options; /* ends with a zero long_name; not NULL */
    void (*check)(void);              /* NULL, or dies if options that are right alone make no sense together */
};

/* Every tool that has operands, and so reads, takes --progress; it is not part of the history. */
extern bool cli_progress;
/* A row of the table of a tool that writes a stream. It is not part of the history either. */
#define CLI_CHECKSUM                                                                                                             \
    {                                                                                                                            \
        0, "checksum", NULL, "the stream gets a checksum, which all tools after this one compare", CLI_FLAG, &cli_checksum, 0    \
    }
extern bool cli_checksum;
/* NULL, or what gives a second line of --version. */
extern const char *(*cli_about)(void);

/* Parse; targets of options that do not occur are left alone. Returns the operands, ended by NULL (an empty list if there
 * are none). -h/--help and --version print to stdout and exit 0; a mistake prints one line to stderr and exits 2. */
const char *const *cli_parse(const struct cli *cli, int argc, char **argv);

/* The tool's name and its arguments as the stream's history records them: paths by their last component. */
const char *cli_name(void);
const char *const *cli_history(size_t *n);
/* The operands, ended by NULL, and argv as it was given to cli_parse. */
const char *const *cli_operands(void);
char **cli_argv(void);

#endif
