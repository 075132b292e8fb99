/* util: errors that end a tool, and memory that is there or ends it. */
#ifndef TAGPIPE_UTIL_H
#define TAGPIPE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands before the colon of every message; cli_parse sets it. */
extern const char *program_name;

/* Where a message goes instead of stderr and exit(1), if set. It must not return: a program that embeds the library
 * (and each test of a failure) jumps out of it with longjmp. */
extern void (*die_hook)(const char *message);

/* Print "program: message" on stderr and exit with 1. A format that ends in ':' adds the system's reason (errno).
 * Output files that were not committed (file.h) are removed; a stream that was being written gets no trailer. */
_Noreturn void die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same, for a command line that makes no sense: exit status 2, and a pointer to --help. */
_Noreturn void die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print "program: message" on stderr and go on. */
void warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* A line without its end stands on the terminal (progress.h); messages wipe it away first. */
extern bool line_is_open;

/* malloc and its kin; they die instead of returning NULL, and so does a product n * size that overflows. */
void *xmalloc(size_t n, size_t size);
void *xcalloc(size_t n, size_t size);
void *xrealloc(void *old, size_t n, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t size);
char *xasprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

/* Make room for `need` elements in an array that doubles: `array` of element type T, with its `room` a size_t.
 *     GROW(ints->at, ints->room, ints->n + 1); */
#define GROW(array, room, need) \
    ((need) <= (room) ? (void)0 : (void)((array) = array_grow((array), &(room), (need), sizeof *(array))))
void *array_grow(void *array, size_t *room, size_t need, size_t size);

#endif
