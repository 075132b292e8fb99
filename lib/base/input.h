/* input: the files that a tool reads, one after the other, or standard input: bytes in a buffer that is filled at its end. */
#ifndef TAGPIPE_BASE_INPUT_H
#define TAGPIPE_BASE_INPUT_H

#include <signal.h>

#include "base/util.h"

struct input {
    const char *name; /* of the current file, for messages */
    int fd;           /* -1: none is open */
    bool at_end;      /* of the current file */
    char *buffer;
    size_t start, end; /* the bytes that nobody has taken yet: buffer[start, end) */
    /* Called before each read that may block: what was computed so far must get out, for somebody waits for it. */
    void (*before_read)(void *data);
    void *before_read_data;
    const volatile sig_atomic_t *stop; /* NULL, or set by a signal handler: an interrupted read is the end of the file */
    const char *const *path;           /* the files that are still to be opened; ends with NULL */
    size_t room;
    double got, size; /* bytes read of all files, and how many they have; 0: that is not known */
};

/* An empty list of paths, or "-", is standard input. No file is open yet. */
struct input input_new(const char *const *paths);
/* Close the current file and open the next one; false after the last. Dies if it cannot be opened. */
bool input_next_file(struct input *in);
/* Read more bytes after `end`; false at the end of the file. What buffer[start, end) held may move. */
bool input_fill(struct input *in);
bool input_is_stopped(const struct input *in);
/* Whether input_fill would answer at once. */
bool input_is_ready(const struct input *in);
/* The share of all files that was taken, 0 to 1; 0: their size is not known. */
double input_share(const struct input *in);
void input_close(struct input *in);

#endif
