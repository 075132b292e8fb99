/* lines: text files and standard input, line by line, checked to be UTF-8. */
#ifndef TAGPIPE_TEXT_LINES_H
#define TAGPIPE_TEXT_LINES_H

#include <tagpipe/str.h>

#include "base/input.h"
#include "base/progress.h"

struct lines {
    struct input in;
    size_t number; /* of the current line, from 1 on */
    size_t record; /* of the file, for messages: where a line may have several. 0: it has not */
    bool first_of_file;
    size_t max_size; /* bytes that a line may have */
    size_t checked;  /* in in.buffer: before it there are neither invalid UTF-8 nor NUL */
    double seen;     /* lines of all files */
    struct progress progress;
};

/* `paths` as input_new takes them. */
struct lines *lines_open(const char *const *paths, size_t max_size);
/* Show on stderr how far the reading is, in the name of `what` (progress.h). */
void lines_show_progress(struct lines *lines, const char *what, bool wanted);
/* The next line without its end (LF or CR LF; a byte order mark at the start of a file is dropped), valid until the next
 * call. False at the end of the last file. Dies, with file:line, on invalid UTF-8 and on NUL, and on files that are no text
 * (magic.h). */
bool lines_next(struct lines *lines, struct str *line);
_Noreturn void lines_die(const struct lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
void lines_close(struct lines *lines);

#endif
