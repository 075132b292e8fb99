/* eight: eight bytes at a time, as a number. A mask has the highest bit of each byte that is meant; it is exact for the first of
 * them. Where numbers begin with their highest byte, no mask is asked for. */
#ifndef TAGPIPE_TEXT_EIGHT_H
#define TAGPIPE_TEXT_EIGHT_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EIGHT_ONES UINT64_C(0x0101010101010101)
#define EIGHT_HIGH UINT64_C(0x8080808080808080)

static inline uint64_t eight_load(const void *c)
{
    uint64_t x;
    memcpy(&x, c, sizeof x);
    return x;
}

/* The bytes below `limit`, which is at most 0x80, and those that are `byte`. */
static inline uint64_t eight_below(uint64_t x, unsigned char limit)
{
    return (x - EIGHT_ONES * limit) & ~x & EIGHT_HIGH;
}

static inline uint64_t eight_equal(uint64_t x, unsigned char byte)
{
    return eight_below(x ^ EIGHT_ONES * byte, 1);
}

/* How many bytes are before the first one of a mask, or the first one that is not 0; there is one. */
static inline unsigned eight_before(uint64_t mask)
{
    return (unsigned)__builtin_ctzll(mask) / 8;
}

enum { EIGHT_IN_ORDER = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ };

/* How many digits x begins with, and the number that they are. */
static inline unsigned eight_digits(uint64_t x, uint64_t *number)
{
    const uint64_t zeros = EIGHT_ONES * '0', tens = EIGHT_ONES * 0xf0, even_pairs = 0x000000ff000000ff;
    uint64_t other = ((x & tens) ^ zeros) | (((x + EIGHT_ONES * 6) & tens) ^ zeros);
    unsigned n = other ? eight_before(other) : 8;
    *number = 0;
    if (n == 0)
        return 0;
    x = (x - zeros) << (64 - 8 * n); /* zeros before them */
    x = 10 * x + (x >> 8);           /* pairs, in every other byte */
    x = (x & even_pairs) * (100 + (UINT64_C(1000000) << 32)) + (x >> 16 & even_pairs) * (1 + (UINT64_C(10000) << 32));
    *number = x >> 32;
    return n;
}

#endif
