/* cli: one table describes a tool's options. */
#include <tagpipe/cli.h>

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "base/util.h"

enum { OPTIONS_MAX = 48, LONG_ONLY = 256 };

bool cli_progress, cli_checksum;
const char *(*cli_about)(void);
static const char **history;
static size_t n_history;
static char **arguments;
static const char *const *operands;

const char *cli_name(void)
{
    return util_program;
}

const char *const *cli_history(size_t *n)
{
    *n = n_history;
    return history;
}

const char *const *cli_operands(void)
{
    return operands;
}

char **cli_argv(void)
{
    return arguments;
}

/* `kept` bytes of the text, and the last component of the path that follows. No absolute path gets into a stream: the same run in
 * another folder gives the same bytes. */
static const char *last_component(const char *text, size_t kept)
{
    const char *path = text + kept;
    size_t size = strlen(path);
    while (size > 1 && path[size - 1] == '/')
        size--;
    const char *start = path + size;
    while (start > path && start[-1] != '/')
        start--;
    return xasprintf("%.*s%.*s", (int)kept, text, (int)(size - (size_t)(start - path)), start);
}

/* "field=@some/folder/file" likewise, and "@some/folder/file". */
static const char *without_folder(const char *given)
{
    const char *mark = strstr(given, "=@");
    return *given == '@' ? last_component(given, 1) : mark ? last_component(given, (size_t)(mark - given) + 2) : xstrdup(given);
}

static void history_add(const char *text)
{
    history = xrealloc(history, n_history + 1, sizeof *history);
    history[n_history++] = text;
}

/* --progress, unless the tool's own table has it. */
static bool takes_progress(const struct cli *cli)
{
    for (const struct cli_option *o = cli->options; o->long_name; o++)
        if (strcmp(o->long_name, "progress") == 0)
            return false;
    return cli->operands;
}

static void print_help(const struct cli *cli)
{
    printf("%s: %s\n\nusage: %s [OPTION...]%s%s\n\n", cli->name, cli->summary, cli->name, cli->operands ? " " : "",
           cli->operands ? cli->operands : "");
    char left[128];
    for (const struct cli_option *o = cli->options; o->long_name; o++) {
        char letter[8] = "    ";
        if (o->short_name)
            snprintf(letter, sizeof letter, "-%c, ", o->short_name);
        snprintf(left, sizeof left, "  %s--%s%s%s", letter, o->long_name, o->argument ? " " : "", o->argument ? o->argument : "");
        if (strlen(left) > 30)
            printf("%s\n%-30s  %s\n", left, "", o->help);
        else
            printf("%-30s  %s\n", left, o->help);
    }
    if (takes_progress(cli))
        printf("  %-28s  %s\n", "    --progress", "show progress even if stderr is not a terminal");
    printf("  %-28s  %s\n", "-h, --help", "print this and stop");
    printf("  %-28s  %s\n", "    --version", "print the version and stop");
    if (fflush(stdout))
        die("cannot write the help:");
    exit(0);
}

/* Levenshtein's distance of two short words, for "did you mean". */
static size_t distance(const char *a, const char *b)
{
    size_t row[64], m = strlen(b);
    if (m >= 63)
        return SIZE_MAX;
    for (size_t j = 0; j <= m; j++)
        row[j] = j;
    for (size_t i = 1; a[i - 1]; i++) {
        size_t diagonal = row[0];
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best)
                best = row[j] + 1;
            if (row[j - 1] + 1 < best)
                best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[m];
}

_Noreturn static void unknown_option(const struct cli *cli, const char *given)
{
    char word[64];
    snprintf(word, sizeof word, "%s", given + 2);
    word[strcspn(word, "=")] = 0;
    /* getopt knows abbreviations; one that fits several options comes here. */
    const char *first = NULL;
    for (const struct cli_option *o = cli->options; o->long_name; o++)
        if (strncmp(o->long_name, word, strlen(word)) == 0) {
            if (first)
                die_usage("--%s could be --%s or --%s", word, first, o->long_name);
            first = o->long_name;
        }
    const char *nearest = NULL;
    size_t least = strlen(word) / 2 + 1;
    for (const struct cli_option *o = cli->options; o->long_name; o++)
        if (distance(word, o->long_name) < least) {
            least = distance(word, o->long_name);
            nearest = o->long_name;
        }
    if (nearest)
        die_usage("no option --%s; did you mean --%s?", word, nearest);
    die_usage("no option --%s", word);
}

static int choice_find(const char *choices, const char *given)
{
    size_t size = strlen(given);
    int place = 0;
    for (const char *c = choices;; place++) {
        size_t length = strcspn(c, "|");
        if (length == size && memcmp(c, given, size) == 0)
            return place;
        if (!c[length])
            return -1;
        c += length + 1;
    }
}

static void option_set(const struct cli_option *o, const char *given)
{
    char *end;
    errno = 0;
    switch (o->type) {
    case CLI_FLAG: *(bool *)o->target = true; break;
    case CLI_TEXT:
    case CLI_PATH: *(const char **)o->target = given; break;
    case CLI_LIST: {
        struct cli_list *list = o->target;
        list->data = xrealloc(list->data, list->n + 1, sizeof *list->data);
        list->data[list->n++] = given;
        break;
    }
    case CLI_COUNT:
    case CLI_SEED: {
        unsigned long long value = strtoull(given, &end, 10);
        if (errno || *end || end == given || strchr(given, '-') || (o->type == CLI_COUNT && (double)value < o->least))
            die_usage("--%s wants a whole number%s, not '%s'", o->long_name,
                      o->type == CLI_COUNT && o->least > 0 ? xasprintf(" from %.0f on", o->least) : "", given);
        if (o->type == CLI_SEED)
            *(uint64_t *)o->target = value;
        else
            *(size_t *)o->target = (size_t)value;
        break;
    }
    case CLI_REAL: {
        double value = strtod(given, &end);
        if (*end || end == given || !isfinite(value) || value < o->least)
            die_usage("--%s wants a number from %g on, not '%s'", o->long_name, o->least, given);
        *(double *)o->target = value;
        break;
    }
    case CLI_CHOICE:
        if ((*(int *)o->target = choice_find(o->argument, given)) < 0)
            die_usage("--%s wants one of %s, not '%s'", o->long_name, o->argument, given);
        break;
    case CLI_FOUND: {
        struct cli_found *found = o->target;
        if ((found->value = found->find(given)) < 0)
            die_usage("--%s wants one of %s, not '%s'", o->long_name, o->argument, given);
        break;
    }
    }
}

const char *const *cli_parse(const struct cli *cli, int argc, char **argv)
{
    util_program = cli->name;
    jsonfile_setup();
    while (n_history > 0) /* of an earlier call */
        free((char *)history[--n_history]);
    struct option longs[OPTIONS_MAX + 4];
    char shorts[2 * OPTIONS_MAX + 4] = ":h";
    size_t n = 0, used = 2;
    for (const struct cli_option *o = cli->options; o->long_name; o++, n++) {
        if (n == OPTIONS_MAX)
            die("more than %d options", OPTIONS_MAX);
        longs[n] = (struct option){o->long_name, o->argument ? required_argument : no_argument, NULL, LONG_ONLY + (int)n};
        if (o->short_name) {
            shorts[used++] = o->short_name;
            if (o->argument)
                shorts[used++] = ':';
        }
    }
    shorts[used] = 0;
    longs[n] = (struct option){"help", no_argument, NULL, 'h'};
    longs[n + 1] = (struct option){"version", no_argument, NULL, 'V' + 1000};
    longs[n + 2] = takes_progress(cli) ? (struct option){"progress", no_argument, NULL, 'P' + 1000} : (struct option){0};
    longs[n + 3] = (struct option){0};

    opterr = 0;
    optind = 0; /* parse from the start, also after an earlier call (glibc, musl) */
    n_history = 0;
    for (int c; (c = getopt_long(argc, argv, shorts, longs, NULL)) != -1;) {
        if (c == 'h')
            print_help(cli);
        if (c == 'V' + 1000) {
            printf("%s (tagpipe) %s\n", cli->name, TAGPIPE_VERSION);
            if (cli_about)
                printf("%s\n", cli_about());
            exit(fflush(stdout) ? 1 : 0);
        }
        if (c == 'P' + 1000) {
            cli_progress = true;
            continue;
        }
        const char *given = argv[optind - 1];
        if (c == ':')
            die_usage("%s wants an argument", given);
        if (c == '?') {
            if (optopt >= LONG_ONLY || optopt == 'h') /* given in full, as --flag=x */
                die_usage("%.*s takes no argument", (int)strcspn(given, "="), given);
            if (optopt == 0 && strncmp(given, "--", 2) == 0)
                unknown_option(cli, given);
            die_usage("no option -%c", optopt ? optopt : '?');
        }
        const struct cli_option *o = cli->options;
        if (c >= LONG_ONLY)
            o += c - LONG_ONLY;
        else
            while (o->short_name != c)
                o++;
        option_set(o, optarg);
        static const char *const unrecorded[] = {"progress", "summary", "checksum"}; /* the records are the same without them */
        bool recorded = true;
        for (size_t i = 0; i < sizeof unrecorded / sizeof *unrecorded; i++)
            recorded = recorded && strcmp(o->long_name, unrecorded[i]) != 0;
        if (!recorded)
            continue;
        history_add(xasprintf("--%s", o->long_name));
        if (optarg)
            history_add(o->type == CLI_PATH   ? last_component(optarg, 0)
                        : o->type == CLI_LIST ? without_folder(optarg)
                                              : xstrdup(optarg));
    }
    if (optind < argc && !cli->operands)
        die_usage("takes no operand: '%s'", argv[optind]);
    for (int i = optind; i < argc; i++)
        history_add(last_component(argv[i], 0));
    arguments = argv;
    operands = (const char *const *)argv + optind;
    if (cli->check)
        cli->check();
    return operands;
}
