/* pack: msgpack values into a buffer, each in its shortest form. Whole arrays are written by loops of their own: they hold nearly
 * all numbers of a stream. */
#ifndef TAGPIPE_STREAM_PACK_H
#define TAGPIPE_STREAM_PACK_H

#include <tagpipe/stream.h>

#include "base/buffer.h"
#include "text/str_short.h"

void pack_nil(struct buffer *to);
void pack_bool(struct buffer *to, bool value);
void pack_int(struct buffer *to, int64_t value);
void pack_uint_wide(struct buffer *to, uint64_t value);
static inline void pack_uint(struct buffer *to, uint64_t value)
{
    if (value < 128) { /* most are */
        *buffer_reserve(to, 1) = (char)value;
        to->n++;
    } else
        pack_uint_wide(to, value);
}
void pack_float(struct buffer *to, float value);
void pack_double(struct buffer *to, double value);
void pack_str(struct buffer *to, struct str text);
void pack_string(struct buffer *to, const char *string);
void pack_bin(struct buffer *to, struct msg bytes);
void pack_ext(struct buffer *to, int8_t type, struct msg bytes);
void pack_array(struct buffer *to, size_t n); /* n values follow */
void pack_map(struct buffer *to, size_t n);   /* n pairs of values follow */
void pack_raw(struct buffer *to, struct msg value);
void pack_ints(struct buffer *to, const int32_t *data, size_t n);                          /* MSG_INT_NIL as nil */
void pack_pairs(struct buffer *to, const int32_t *first, const int32_t *second, size_t n); /* [[first, second], ...] */
void pack_floats(struct buffer *to, const float *data, size_t n);                          /* float 32 */
void pack_strs(struct buffer *to, const struct str *data, size_t n);
/* Strings by number: name[id[i]]; none is an empty one. */
void pack_names(struct buffer *to, const struct str_short *name, const int32_t *id, size_t n);

/* An array or map whose size is known only at its end: pack_open gives the place that pack_close needs. */
static inline size_t pack_open(struct buffer *to)
{
    *buffer_reserve(to, 1) = 0;
    return to->n++;
}
void pack_close_wide(struct buffer *to, size_t place, bool is_map, size_t n);
static inline void pack_close(struct buffer *to, size_t place, bool is_map, size_t n)
{
    if (n < 16)
        to->data[place] = (char)((is_map ? 0x80 : 0x90) | n);
    else
        pack_close_wide(to, place, is_map, n);
}

/* What was packed, to be read. */
static inline struct msg packed_msg(const struct buffer *packed)
{
    const uint8_t *start = (const uint8_t *)packed->data;
    return (struct msg){start, start + packed->n};
}

#endif
