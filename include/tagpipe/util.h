/* util: errors that end a tool, and memory that ends it if there is none. */
#ifndef TAGPIPE_UTIL_H
#define TAGPIPE_UTIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What stands before the colon of every message; cli_parse sets it. */
extern const char *util_program;

/* Called with each message instead of printing it and exit(1), if set. It must not return: a program that embeds the library
 * (and each test of a failure) leaves it by longjmp. */
extern void (*util_die_hook)(const char *message);

/* Print "program: message" on stderr and exit with 1. A format that ends in ':' adds the system's reason (errno).
 * Output files that were not committed are removed; a stream that was being written gets no trailer. */
_Noreturn void util_die(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The same for a command line that makes no sense: exit status 2, and a pointer to --help. */
_Noreturn void util_die_usage(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Print "program: message" on stderr and go on. */
void util_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* malloc and the functions like it. They die instead of returning NULL; they also die if n * size overflows. */
void *util_malloc(size_t n, size_t size);
void *util_calloc(size_t n, size_t size);
void *util_realloc(void *old, size_t n, size_t size);
char *util_strdup(const char *text);
char *util_strndup(const char *text, size_t size);
char *util_asprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
