/* unicode: classes by table, decompositions and lower case by utf8proc. */
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "tokenizer/unicode_tables.h"

enum { CODES = 0x110000, PAGE = 256 };
#define ENTRIES(table) (sizeof(table) / sizeof *(table))

static bool in_ranges(const uint32_t (*range)[2], size_t n, uint32_t code)
{
    size_t low = 0, high = n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > range[middle][1])
            low = middle + 1;
        else
            high = middle;
    }
    return low < n && code >= range[low][0];
}

unsigned unicode_combining_class(uint32_t code)
{
    size_t low = 0, high = ENTRIES(combining_class);
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (code > combining_class[middle][1])
            low = middle + 1;
        else
            high = middle;
    }
    return low < ENTRIES(combining_class) && code >= combining_class[low][0] ? combining_class[low][2] : 0;
}

static bool is_chinese(uint32_t c)
{
    return (c >= 0x3400 && c <= 0x4DBF) || (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0xF900 && c <= 0xFAFF)
           || (c >= 0x20000 && c <= 0x2A6DF) || (c >= 0x2A700 && c <= 0x2B81F) || (c >= 0x2B920 && c <= 0x2CEAF)
           || (c >= 0x2F800 && c <= 0x2FA1F);
}

static uint8_t classify(uint32_t c)
{
    unsigned flags = 0;
    if (in_ranges(removed, ENTRIES(removed), c))
        flags |= UNICODE_REMOVED;
    if (in_ranges(space, ENTRIES(space), c))
        flags |= UNICODE_SPACE;
    if (in_ranges(punctuation, ENTRIES(punctuation), c))
        flags |= UNICODE_PUNCTUATION;
    if (in_ranges(mark, ENTRIES(mark), c))
        flags |= UNICODE_MARK;
    if (in_ranges(word, ENTRIES(word), c))
        flags |= UNICODE_WORD;
    if (is_chinese(c))
        flags |= UNICODE_CHINESE;
    if (in_ranges(decomposes, ENTRIES(decomposes), c) || unicode_combining_class(c))
        flags |= UNICODE_CHANGES;
    return (uint8_t)flags;
}

const uint8_t *unicode_page[CODES / PAGE];

unsigned unicode_first_class(uint32_t code)
{
    if (code >= CODES)
        return UNICODE_REMOVED;
    uint8_t *made = xmalloc(PAGE, 1);
    for (uint32_t i = 0; i < PAGE; i++)
        made[i] = classify(code / PAGE * PAGE + i);
    unicode_page[code / PAGE] = made;
    return made[code % PAGE];
}

size_t unicode_decompose(uint32_t code, uint32_t out[UNICODE_DECOMPOSITION_MAX])
{
    out[0] = code;
    if (!(unicode_class(code) & UNICODE_CHANGES) || !in_ranges(decomposes, ENTRIES(decomposes), code))
        return 1;
    utf8proc_int32_t buffer[UNICODE_DECOMPOSITION_MAX];
    int boundary = 0;
    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)code, buffer, UNICODE_DECOMPOSITION_MAX, UTF8PROC_DECOMPOSE,
                                                 &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < UNICODE_DECOMPOSITION_MAX; i++)
        out[i] = (uint32_t)buffer[i];
    return n > 0 ? (size_t)n : 1;
}

/* Lower case that older releases of utf8proc do not know: first, last, lower case of the first. */
static const uint32_t newer_lower[][3] = {
    {0x1c89, 0x1c89, 0x1c8a}, {0xa7cb, 0xa7cb, 0x264}, {0xa7cc, 0xa7cc, 0xa7cd}, {0xa7ce, 0xa7ce, 0xa7cf},
    {0xa7d2, 0xa7d2, 0xa7d3}, {0xa7d4, 0xa7d4, 0xa7d5}, {0xa7da, 0xa7da, 0xa7db}, {0xa7dc, 0xa7dc, 0x19b},
    {0x10d50, 0x10d65, 0x10d70}, {0x16ea0, 0x16eb8, 0x16ebb},
};

size_t unicode_lower(uint32_t code, uint32_t out[2])
{
    if (code < 0x80) {
        out[0] = code >= 'A' && code <= 'Z' ? code + 32 : code;
        return 1;
    }
    if (code == 0x130) {
        out[0] = 'i';
        out[1] = 0x307;
        return 2;
    }
    for (size_t i = 0; i < ENTRIES(newer_lower); i++)
        if (code >= newer_lower[i][0] && code <= newer_lower[i][1]) {
            out[0] = newer_lower[i][2] + (code - newer_lower[i][0]);
            return 1;
        }
    out[0] = (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    return 1;
}
