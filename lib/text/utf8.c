/* utf8: validation. */
#include "text/utf8.h"

#include <string.h>

/* The size of the sequence at c, 0 if it is broken. */
static size_t sequence(const unsigned char *c, size_t left)
{
    size_t size = c[0] < 0xc2 ? 0 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 0;
    if (size == 0 || size > left)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((c[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xf0 && c[1] < 0x90);
    bool surrogate = c[0] == 0xed && c[1] >= 0xa0, beyond = c[0] == 0xf4 && c[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : size;
}

size_t utf8_invalid_at(const char *text, size_t size)
{
    const unsigned char *c = (const unsigned char *)text;
    size_t i = 0;
    while (i < size) {
        if (size - i >= 8 && !(eight_load(c + i) & EIGHT_HIGH)) { /* most text is ASCII */
            i += 8;
            continue;
        }
        if (c[i] < 0x80) {
            for (i++; i < size && c[i] < 0x80; i++)
                ;
            continue;
        }
        if (c[i] > 0xe0 && c[i] < 0xed && size - i >= 3 && (c[i + 1] & 0xc0) == 0x80 && (c[i + 2] & 0xc0) == 0x80) {
            i += 3;
            continue;
        }
        if (c[i] >= 0xc2 && c[i] < 0xe0 && size - i >= 2 && (c[i + 1] & 0xc0) == 0x80) { /* most letters that are not */
            i += 2;
            continue;
        }
        size_t n = sequence(c + i, size - i);
        if (n == 0)
            return i;
        i += n;
    }
    return size;
}

/* How many bytes at c, which are no character, can begin one; 1 at least. */
static size_t broken(const unsigned char *c, size_t left)
{
    size_t size = c[0] < 0xc2 ? 1 : c[0] < 0xe0 ? 2 : c[0] < 0xf0 ? 3 : c[0] < 0xf5 ? 4 : 1, n = 1;
    unsigned from = c[0] == 0xe0 ? 0xa0 : c[0] == 0xf0 ? 0x90 : 0x80, to = c[0] == 0xed ? 0x9f : c[0] == 0xf4 ? 0x8f : 0xbf;
    while (n < size && n < left && c[n] >= (n == 1 ? from : 0x80) && c[n] <= (n == 1 ? to : 0xbf))
        n++;
    return n;
}

void utf8_add_lossy(struct buffer *to, const char *bytes, size_t size)
{
    while (size > 0) {
        size_t valid = utf8_invalid_at(bytes, size);
        buffer_add(to, bytes, valid);
        bytes += valid;
        size -= valid;
        if (size == 0)
            return;
        size_t n = broken((const unsigned char *)bytes, size);
        buffer_add(to, "\xef\xbf\xbd", 3);
        bytes += n;
        size -= n;
    }
}

size_t utf8_high_bytes(const char *text, size_t size)
{
    enum { LANES_FULL = 255 }; /* rounds until a byte of the sums may overflow */
    const uint64_t even = 0x00ff00ff00ff00ffu;
    size_t n = 0, i = 0;
    while (size - i >= 8) {
        uint64_t sums = 0;
        for (int k = 0; k < LANES_FULL && size - i >= 8; k++, i += 8)
            sums += eight_load(text + i) >> 7 & EIGHT_ONES;
        sums = (sums & even) + (sums >> 8 & even);
        n += (sums * 0x0001000100010001u) >> 48;
    }
    for (; i < size; i++)
        n += (unsigned char)text[i] >> 7;
    return n;
}
