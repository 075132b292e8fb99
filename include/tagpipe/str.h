/* str: a piece of text that belongs to somebody else. */
#ifndef TAGPIPE_STR_H
#define TAGPIPE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Not ended by NUL. */
struct str {
    const char *data;
    size_t size;
};

static inline struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

/* Inlined, so that a literal's length costs nothing; mostly the first byte decides. */
static inline bool str_is(struct str s, const char *text)
{
    return (s.size == 0 || s.data[0] == text[0]) && s.size == strlen(text) && memcmp(s.data, text, s.size) == 0;
}

/* Whether n bytes are the same. Inlined: most words are shorter than a call of memcmp costs. */
static inline bool str_same_bytes(const char *a, const char *b, size_t n)
{
    uint64_t x, y;
    uint32_t u, v;
    if (n > 2 * sizeof x)
        return memcmp(a, b, n) == 0;
    if (n < sizeof u)
        return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
    if (n < sizeof x) { /* the first four and the last four */
        memcpy(&u, a, sizeof u);
        memcpy(&v, b, sizeof v);
        if (u != v)
            return false;
        memcpy(&u, a + n - sizeof u, sizeof u);
        memcpy(&v, b + n - sizeof v, sizeof v);
        return u == v;
    }
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x != y)
        return false;
    memcpy(&x, a + n - sizeof x, sizeof x);
    memcpy(&y, b + n - sizeof y, sizeof y);
    return x == y;
}

static inline bool str_begins(struct str s, const char *text)
{
    return s.size >= strlen(text) && str_same_bytes(s.data, text, strlen(text));
}

static inline bool str_ends(struct str s, const char *text)
{
    return s.size >= strlen(text) && str_same_bytes(s.data + s.size - strlen(text), text, strlen(text));
}

static inline bool str_equal(struct str a, struct str b)
{
    return a.size == b.size && str_same_bytes(a.data, b.data, a.size);
}

#endif
