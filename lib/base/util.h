/* util: what every file here uses. What the library exports is prefixed; our own files use short names for it. */
#ifndef TAGPIPE_BASE_UTIL_H
#define TAGPIPE_BASE_UTIL_H

#include <tagpipe/array.h>
#include <tagpipe/util.h>

#define die util_die
#define die_usage util_die_usage
#define warn util_warn
#define xmalloc util_malloc
#define xcalloc util_calloc
#define xrealloc util_realloc
#define xstrdup util_strdup
#define xstrndup util_strndup
#define xasprintf util_asprintf
#define GROW ARRAY_GROW

/* A line without its end stands on the terminal (progress.h); messages wipe it away first. */
extern bool util_line_is_open;

/* As exit, for an end before the work is done: memory is left to the system. */
_Noreturn void util_leave(int status);

static inline size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

#endif
