/* utf8: checking and walking UTF-8 (RFC 3629). */
#ifndef TAGPIPE_TEXT_UTF8_H
#define TAGPIPE_TEXT_UTF8_H

#include <string.h>

#include "base/buffer.h"
#include "text/eight.h"

/* The offset of the first byte that is not UTF-8 (overlong forms and surrogates are none), or `size` if all is well. */
size_t utf8_invalid_at(const char *text, size_t size);

/* Whether all bytes are below 0x80. Inlined: most words are shorter than a call costs. */
static inline bool utf8_is_ascii(const char *text, size_t size)
{
    uint64_t all = 0;
    uint32_t four[2];
    if (size < sizeof *four) {
        for (size_t i = 0; i < size; i++)
            all |= (uint64_t)(unsigned char)text[i];
        return all < 0x80;
    }
    if (size < sizeof all) { /* the first four and the last four */
        memcpy(&four[0], text, sizeof *four);
        memcpy(&four[1], text + size - sizeof *four, sizeof *four);
        return !((four[0] | four[1]) & 0x80808080u);
    }
    for (size_t i = 0; i + sizeof all < size; i += sizeof all)
        all |= eight_load(text + i);
    return !((all | eight_load(text + size - sizeof all)) & EIGHT_HIGH);
}

/* How many bytes are above 0x7f. */
size_t utf8_high_bytes(const char *text, size_t size);

static inline bool utf8_is_valid(const char *text, size_t size)
{
    return utf8_is_ascii(text, size) || utf8_invalid_at(text, size) == size;
}

/* Append bytes as UTF-8: where they are none, U+FFFD stands for each longest beginning of a character, or else for each byte
 * (Unicode 3.9, "U+FFFD Substitution of Maximal Subparts"; so do Rust and Python). */
void utf8_add_lossy(struct buffer *to, const char *bytes, size_t size);

/* Decode one code point of valid UTF-8; returns its size in bytes. */
static inline size_t utf8_decode(const char *text, uint32_t *code)
{
    const unsigned char *c = (const unsigned char *)text;
    if (c[0] < 0x80) {
        *code = c[0];
        return 1;
    }
    if (c[0] < 0xe0) {
        *code = (c[0] & 31u) << 6 | (c[1] & 63u);
        return 2;
    }
    if (c[0] < 0xf0) {
        *code = (c[0] & 15u) << 12 | (c[1] & 63u) << 6 | (c[2] & 63u);
        return 3;
    }
    *code = (c[0] & 7u) << 18 | (c[1] & 63u) << 12 | (c[2] & 63u) << 6 | (c[3] & 63u);
    return 4;
}

/* The same without a branch, for texts in many scripts: four bytes of the text as a number, the first one in its lowest bits.
 * *bad gets bits if they do not begin with a character. */
static inline size_t utf8_decode_four(uint32_t four, uint32_t *code, uint32_t *bad)
{
    static const uint8_t size_of[16] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 4};
    static const uint32_t min[5] = {0, 0, 0x80, 0x800, 0x10000};
    size_t size = size_of[four >> 4 & 15];
    uint32_t all = (four & 0xff >> size) << 18 | (four >> 8 & 63) << 12 | (four >> 16 & 63) << 6 | (four >> 24 & 63);
    uint32_t no_tail = ((four ^ 0x80808000) & 0xc0c0c000) << (32 - 8 * size);
    *code = all >> (24 - 6 * size);
    *bad |= no_tail | ((four & 0xc0) == 0x80) | (*code < min[size]) | (*code > 0x10ffff) | (*code - 0xd800 < 0x800);
    return size;
}

/* The bytes that a code point takes: by its number, or by the first byte of valid UTF-8. */
static inline size_t utf8_size(uint32_t code)
{
    return 1u + (code >= 0x80) + (code >= 0x800) + (code >= 0x10000);
}
static inline size_t utf8_size_at(const char *text)
{
    unsigned char first = (unsigned char)*text;
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/* Encode; returns the size, 1 to 4. */
static inline size_t utf8_encode(uint32_t code, char *text)
{
    unsigned char *c = (unsigned char *)text;
    if (code < 0x80) {
        c[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        c[0] = (unsigned char)(0xc0 | code >> 6);
        c[1] = (unsigned char)(0x80 | (code & 63));
        return 2;
    }
    if (code < 0x10000) {
        c[0] = (unsigned char)(0xe0 | code >> 12);
        c[1] = (unsigned char)(0x80 | (code >> 6 & 63));
        c[2] = (unsigned char)(0x80 | (code & 63));
        return 3;
    }
    c[0] = (unsigned char)(0xf0 | code >> 18);
    c[1] = (unsigned char)(0x80 | (code >> 12 & 63));
    c[2] = (unsigned char)(0x80 | (code >> 6 & 63));
    c[3] = (unsigned char)(0x80 | (code & 63));
    return 4;
}

/* The bytes that the first n code points of valid UTF-8 take; `size` if it has fewer. */
static inline size_t utf8_offset(const char *text, size_t size, size_t n)
{
    size_t offset = 0;
    for (; n > 0 && offset < size; n--)
        do
            offset++;
        while (offset < size && (text[offset] & 0xc0) == 0x80);
    return offset;
}

/* At most max bytes, and no part of a character: how much of a text a message shows. */
static inline size_t utf8_floor(const char *text, size_t size, size_t max)
{
    if (size <= max)
        return size;
    while (max > 0 && (text[max] & 0xc0) == 0x80)
        max--;
    return max;
}

/* Code points in valid UTF-8. */
static inline size_t utf8_length(const char *text, size_t size)
{
    size_t n = 0;
    for (size_t i = 0; i < size; i++)
        n += (text[i] & 0xc0) != 0x80;
    return n;
}

#endif
