/* pack: msgpack values into a buffer. */
#include "stream/pack.h"

#include <msgpack.h>

static int append(void *to, const char *data, size_t size)
{
    buffer_add(to, data, size);
    return 0;
}

static msgpack_packer packer(struct buffer *to)
{
    return (msgpack_packer){.data = to, .callback = append};
}

static inline uint8_t *encode_float(uint8_t *to, float value)
{
    uint32_t u;
    memcpy(&u, &value, sizeof u);
    *to++ = 0xca;
    for (int shift = 24; shift >= 0; shift -= 8)
        *to++ = (uint8_t)(u >> shift);
    return to;
}

void pack_nil(struct buffer *to)
{
    msgpack_packer p = packer(to);
    msgpack_pack_nil(&p);
}

void pack_bool(struct buffer *to, bool value)
{
    msgpack_packer p = packer(to);
    value ? msgpack_pack_true(&p) : msgpack_pack_false(&p);
}

void pack_int(struct buffer *to, int64_t value)
{
    if (value >= -32 && value < 128) { /* one byte: most are */
        *buffer_reserve(to, 1) = (char)value;
        to->n++;
        return;
    }
    msgpack_packer p = packer(to);
    msgpack_pack_int64(&p, value);
}

void pack_uint_wide(struct buffer *to, uint64_t value)
{
    msgpack_packer p = packer(to);
    msgpack_pack_uint64(&p, value);
}

void pack_float(struct buffer *to, float value)
{
    to->n = (size_t)((char *)encode_float((uint8_t *)buffer_reserve(to, 5), value) - to->data);
}

void pack_double(struct buffer *to, double value)
{
    msgpack_packer p = packer(to);
    msgpack_pack_double(&p, value);
}

void pack_str(struct buffer *to, struct str text)
{
    if (text.size < 32) { /* most are */
        char *end = buffer_reserve(to, 32);
        *end = (char)(0xa0 | text.size);
        if (text.size > 0)
            memcpy(end + 1, text.data, text.size);
        to->n += 1 + text.size;
        return;
    }
    msgpack_packer p = packer(to);
    msgpack_pack_str(&p, text.size);
    buffer_add(to, text.data, text.size);
}

void pack_string(struct buffer *to, const char *string)
{
    pack_str(to, (struct str){string, strlen(string)});
}

void pack_bin(struct buffer *to, struct msg bytes)
{
    msgpack_packer p = packer(to);
    msgpack_pack_bin(&p, (size_t)(bytes.end - bytes.data));
    pack_raw(to, bytes);
}

void pack_ext(struct buffer *to, int8_t type, struct msg bytes)
{
    msgpack_packer p = packer(to);
    msgpack_pack_ext(&p, (size_t)(bytes.end - bytes.data), type);
    pack_raw(to, bytes);
}

void pack_array(struct buffer *to, size_t n)
{
    msgpack_packer p = packer(to);
    msgpack_pack_array(&p, n);
}

void pack_map(struct buffer *to, size_t n)
{
    msgpack_packer p = packer(to);
    msgpack_pack_map(&p, n);
}

void pack_close_wide(struct buffer *to, size_t place, bool is_map, size_t n)
{
    char head[8];
    size_t end = to->n;
    is_map ? pack_map(to, n) : pack_array(to, n);
    size_t size = to->n - end;
    memcpy(head, to->data + end, size);
    memmove(to->data + place + size, to->data + place + 1, end - place - 1);
    memcpy(to->data + place, head, size);
    to->n = end + size - 1;
}

void pack_raw(struct buffer *to, struct msg value)
{
    buffer_add(to, value.data, (size_t)(value.end - value.data));
}

/* ---- whole arrays: no call for each number ---- */

static inline uint8_t *encode_int(uint8_t *to, int32_t v)
{
    uint32_t u = (uint32_t)v;
    if (v >= -32 && v < 0x80)
        *to++ = (uint8_t)v;
    else if (v == MSG_INT_NIL)
        *to++ = 0xc0;
    else if (v >= 0 && v < 0x10000) { /* one or two bytes: which, no processor could guess */
        to[0] = v < 0x100 ? 0xcc : 0xcd;
        to[1] = (uint8_t)(v < 0x100 ? u : u >> 8);
        to[2] = (uint8_t)u;
        to += v < 0x100 ? 2 : 3;
    } else if (v < 0 && v >= -128) {
        *to++ = 0xd0;
        *to++ = (uint8_t)u;
    } else if (v < 0 && v >= -32768) {
        *to++ = 0xd1;
        *to++ = (uint8_t)(u >> 8);
        *to++ = (uint8_t)u;
    } else {
        *to++ = v < 0 ? 0xd2 : 0xce;
        for (int shift = 24; shift >= 0; shift -= 8)
            *to++ = (uint8_t)(u >> shift);
    }
    return to;
}

void pack_ints(struct buffer *to, const int32_t *data, size_t n)
{
    pack_array(to, n);
    uint8_t *end = (uint8_t *)buffer_reserve(to, 5 * n);
    for (size_t i = 0; i < n; i++)
        end = encode_int(end, data[i]);
    to->n = (size_t)((char *)end - to->data);
}

void pack_pairs(struct buffer *to, const int32_t *first, const int32_t *second, size_t n)
{
    pack_array(to, n);
    uint8_t *end = (uint8_t *)buffer_reserve(to, 11 * n);
    for (size_t i = 0; i < n; i++) {
        *end++ = 0x92;
        end = encode_int(end, first[i]);
        end = encode_int(end, second[i]);
    }
    to->n = (size_t)((char *)end - to->data);
}

void pack_floats(struct buffer *to, const float *data, size_t n)
{
    pack_array(to, n);
    uint8_t *end = (uint8_t *)buffer_reserve(to, 5 * n);
    for (size_t i = 0; i < n; i++)
        end = encode_float(end, data[i]);
    to->n += 5 * n;
}

void pack_strs(struct buffer *to, const struct str *data, size_t n)
{
    pack_array(to, n);
    for (size_t i = 0; i < n; i++)
        pack_str(to, data[i]);
}

void pack_names(struct buffer *to, const struct str_short *name, const int32_t *id, size_t n)
{
    pack_array(to, n);
    uint8_t *end = (uint8_t *)buffer_reserve(to, n * sizeof *name);
    for (size_t i = 0; i < n; i++) {
        const struct str_short *s = &name[id[i]];
        if (str_short_is_short(s)) { /* all of it at once: the next one goes over what is too much */
            memcpy(end, s, sizeof *s);
            end += 1 + (s->bytes[0] & 31);
            continue;
        }
        to->n = (size_t)((char *)end - to->data);
        pack_str(to, str_short_text(s));
        end = (uint8_t *)buffer_reserve(to, (n - i) * sizeof *name);
    }
    to->n = (size_t)((char *)end - to->data);
}
