/* lines: text files and standard input, line by line, checked to be UTF-8. */
#ifndef TAGPIPE_LINES_H
#define TAGPIPE_LINES_H

#include "progress.h"
#include "stream.h"

struct lines {
    const char *const *path;        /* what is still to be opened; ends with NULL */
    const char *name;               /* of the current file */
    size_t number;                  /* of the current line, from 1 on */
    bool first_of_file;
    int fd;
    char *buffer;
    size_t room, start, end;
    size_t most;                    /* bytes that a line may have; lines_open sets what a record has room for */
    size_t valid;                   /* before it there are neither invalid UTF-8 nor NUL */
    bool at_end;
    struct writer *tied;            /* flushed before a read that may block */
    double got, size, seen;         /* bytes of all files, how many they have, lines */
    struct progress progress;
};

/* An empty list of paths, or "-", is standard input. */
struct lines *lines_open(const char *const *paths);
/* The next line without its end (LF or CR LF; a byte order mark at the start of a file is dropped), valid until the next
 * call. False at the end of the last file. Dies, with file:line, on invalid UTF-8 and on NUL. */
bool lines_next(struct lines *lines, struct str *line);
_Noreturn void lines_die(const struct lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lines_close(struct lines *lines);

#endif
