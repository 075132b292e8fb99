/* str: a piece of text that belongs to somebody else. */
#ifndef TAGPIPE_STR_H
#define TAGPIPE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Not ended by NUL. */
struct str { const char *data; size_t size; };

/* Inlined, so that a literal's length costs nothing; mostly the first byte decides. */
static inline bool str_is(struct str s, const char *text)
{
    return (s.size == 0 || s.data[0] == text[0]) && s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

#endif
