/* unicode: classes by table, decompositions and lower case by utf8proc. */
#include "tokenizer/unicode.h"

#include <stdlib.h>
#include <utf8proc.h>

#include "tokenizer/unicode_forms.h"
#include "tokenizer/unicode_letters.h"
#include "tokenizer/unicode_tables.h"

enum { CODES = 0x110000, PAGE = 256 };

/* Ranges [first, last] in ascending order, each in a row of `columns` numbers. */
struct unicode_table {
    const uint32_t *row;
    size_t columns, n;
};
#define TABLE(t)                                                                                                                 \
    (struct unicode_table)                                                                                                       \
    {                                                                                                                            \
        &(t)[0][0], sizeof *(t) / sizeof **(t), sizeof(t) / sizeof *(t)                                                          \
    }

/* "CJK Unified Ideographs" as BERT's own tokenizer names them (BasicTokenizer, _is_chinese_char). */
static const uint32_t chinese[][2] = {
    {0x3400, 0x4dbf},   {0x4e00, 0x9fff},   {0xf900, 0xfaff},   {0x20000, 0x2a6df},
    {0x2a700, 0x2b81f}, {0x2b920, 0x2ceaf}, {0x2f800, 0x2fa1f},
};

/* The first row whose range does not end before `code`; t.n if there is none. */
static size_t find_row(struct unicode_table t, uint32_t code)
{
    size_t low = 0, high = t.n;
    while (low < high) {
        size_t middle = (low + high) / 2;
        /* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): middle < t.n */
        if (code > t.row[middle * t.columns + 1])
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The row with `code` in its range; NULL: none. */
static const uint32_t *row_of(struct unicode_table t, uint32_t code)
{
    size_t i = find_row(t, code);
    const uint32_t *row = t.row + i * t.columns;
    return i < t.n && row[0] <= code ? row : NULL;
}

unsigned unicode_combining_class(uint32_t code)
{
    const uint32_t *row = row_of(TABLE(combining_class), code);
    return row ? row[2] : 0;
}

/* Set the flag of all code points of the page that are in the table. */
static void mark_page(uint16_t *page, uint32_t start, struct unicode_table t, unsigned flag)
{
    for (size_t i = find_row(t, start); i < t.n && t.row[i * t.columns] < start + PAGE; i++) {
        const uint32_t *row = t.row + i * t.columns;
        for (uint32_t c = row[0] > start ? row[0] : start; c <= row[1] && c < start + PAGE; c++)
            page[c - start] |= (uint16_t)flag;
    }
}

const uint16_t *unicode_page[CODES / PAGE];

unsigned unicode_first_class(uint32_t code)
{
    if (code >= CODES)
        return UNICODE_REMOVED;
    uint32_t start = code / PAGE * PAGE;
    uint16_t *page = xcalloc(PAGE, sizeof *page);
    mark_page(page, start, TABLE(removed), UNICODE_REMOVED);
    mark_page(page, start, TABLE(space), UNICODE_SPACE);
    mark_page(page, start, TABLE(punctuation), UNICODE_PUNCTUATION);
    mark_page(page, start, TABLE(mark), UNICODE_MARK);
    mark_page(page, start, TABLE(word), UNICODE_WORD);
    mark_page(page, start, TABLE(letter), UNICODE_LETTER);
    mark_page(page, start, TABLE(number), UNICODE_NUMBER);
    mark_page(page, start, TABLE(chinese), UNICODE_CHINESE);
    mark_page(page, start, TABLE(decomposes), UNICODE_CHANGES);
    mark_page(page, start, TABLE(combining_class), UNICODE_CHANGES);
    mark_page(page, start, TABLE(compatible), UNICODE_COMPATIBLE);
    mark_page(page, start, TABLE(mark), UNICODE_COMBINING);
    mark_page(page, start, TABLE(other_mark), UNICODE_COMBINING);
    mark_page(page, start, TABLE(number), UNICODE_NUMERIC);
    mark_page(page, start, TABLE(other_number), UNICODE_NUMERIC);
    unicode_page[code / PAGE] = page;
    return page[code - start];
}

/* Whether its canonical decomposition is in Unicode 9.0; that of utf8proc is newer. */
static bool is_decomposed(uint32_t code)
{
    return (unicode_class(code) & UNICODE_CHANGES) && row_of(TABLE(decomposes), code);
}

size_t unicode_decompose(uint32_t code, bool compatibly, uint32_t out[UNICODE_DECOMPOSITION_MAX])
{
    bool compat = compatibly && (unicode_class(code) & UNICODE_COMPATIBLE);
    utf8proc_int32_t buffer[UNICODE_DECOMPOSITION_MAX];
    int boundary = 0, options = UTF8PROC_DECOMPOSE | (compat ? UTF8PROC_COMPAT : 0);
    out[0] = code;
    if (!compat && !is_decomposed(code))
        return 1;
    utf8proc_ssize_t n =
        utf8proc_decompose_char((utf8proc_int32_t)code, buffer, UNICODE_DECOMPOSITION_MAX, (utf8proc_option_t)options, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < UNICODE_DECOMPOSITION_MAX; i++)
        out[i] = (uint32_t)buffer[i];
    return n > 0 && n <= UNICODE_DECOMPOSITION_MAX ? (size_t)n : 1;
}

uint32_t unicode_compose(uint32_t first, uint32_t second)
{
    enum { FIRST_SECOND = 0x300 }; /* nothing before it is appended to another one */
    utf8proc_int32_t pair[2] = {(utf8proc_int32_t)first, (utf8proc_int32_t)second};
    if (second < FIRST_SECOND || utf8proc_normalize_utf32(pair, 2, UTF8PROC_COMPOSE | UTF8PROC_STABLE) != 1)
        return 0;
    uint32_t made = (uint32_t)pair[0];
    return made != first && is_decomposed(made) ? made : 0; /* older releases take a syllable and U+11A7 for the syllable */
}

/* Lower case that older releases of utf8proc do not know: first, last, lower case of the first. */
static const uint32_t newer_lower[][3] = {
    {0x1c89, 0x1c89, 0x1c8a},    {0xa7cb, 0xa7cb, 0x264},     {0xa7cc, 0xa7cc, 0xa7cd}, {0xa7ce, 0xa7ce, 0xa7cf},
    {0xa7d2, 0xa7d2, 0xa7d3},    {0xa7d4, 0xa7d4, 0xa7d5},    {0xa7da, 0xa7da, 0xa7db}, {0xa7dc, 0xa7dc, 0x19b},
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
    const uint32_t *newer = row_of(TABLE(newer_lower), code);
    out[0] = newer ? newer[2] + (code - newer[0]) : (uint32_t)utf8proc_tolower((utf8proc_int32_t)code);
    return 1;
}
