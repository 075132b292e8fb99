/* buffer: bytes that grow at their end: text, JSON or msgpack on its way out. */
#ifndef TAGPIPE_BASE_BUFFER_H
#define TAGPIPE_BASE_BUFFER_H

#include <string.h>

#include "base/util.h"

/* Set to {0} at first; n = 0 empties it and keeps the memory; free(x.data) at the end. */
struct buffer {
    char *data;
    size_t n, room;
};

/* Room for `size` more bytes; the caller writes there and adds to n what it wrote. One more, so that data is not NULL after this:
 * NULL + 0 is undefined in C. */
static inline char *buffer_reserve(struct buffer *to, size_t size)
{
    GROW(to->data, to->room, to->n + size + 1);
    return to->data + to->n;
}

/* Inlined: most of what is added is short. */
static inline void buffer_add(struct buffer *to, const void *data, size_t size)
{
    char *end = buffer_reserve(to, size);
    if (size > 0)
        memcpy(end, data, size);
    to->n += size;
}

/* A number in 8 bytes, the lowest first. */
static inline void buffer_add_number(struct buffer *to, uint64_t number)
{
    char *end = buffer_reserve(to, 8);
    for (int i = 0; i < 8; i++)
        end[i] = (char)(number >> (8 * i));
    to->n += 8;
}

void buffer_add_string(struct buffer *to, const char *string);
void buffer_format(struct buffer *to, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
