/* charsmap, grapheme: texts with every code point of the planes that have marks, against the tokenizers package
 * (tests/golden/unigram.py). */
#include "support/support.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "text/utf8.h"
#include "tokenizer/charsmap.h"

static struct symbols out;

static struct charsmap *read_map(void)
{
    size_t size;
    char *text = file_read("tests/golden/unigram/graphemes.map", 1 << 20, &size);
    struct charsmap *map = charsmap_new_base64(text, size, "graphemes.map");
    free(text);
    return map;
}

/* CRC-32 as zlib computes it, bit by bit: few bytes. */
static uint32_t crc_add(uint32_t crc, const char *data, size_t size)
{
    crc = ~crc;
    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)data[i];
        for (int k = 0; k < 8; k++)
            crc = crc & 1 ? 0xedb88320u ^ crc >> 1 : crc >> 1;
    }
    return ~crc;
}

static uint32_t crc_text(uint32_t crc, const struct charsmap *map, const uint32_t *code, size_t n)
{
    struct symbol s[8];
    char text[64];
    for (size_t i = 0; i < n; i++)
        s[i] = (struct symbol){code[i], (uint32_t)i, (uint32_t)i + 1};
    charsmap_run(map, s, n, &out);
    size_t size = symbols_encode(out.data, out.n, text);
    text[size++] = '\n';
    return crc_add(crc, text, size);
}

static uint32_t crc_code(uint32_t crc, const struct charsmap *map, uint32_t c)
{
    static const uint32_t mark[] = {'a', 0x301, 0x915, 0x1100, 0x1161, 0x11a8, 0xa9};
    enum { MARKS = sizeof mark / sizeof *mark, END = 0x302, KA = 0x915, VIRAMA = 0x94d, ZWJ = 0x200d, COPYRIGHT = 0xa9 };
    for (size_t i = 0; i < MARKS; i++)
        crc = crc_text(crc, map, (uint32_t[]){mark[i], c, END}, 3);
    for (size_t i = 0; i < MARKS; i++)
        crc = crc_text(crc, map, (uint32_t[]){c, mark[i], END}, 3);
    crc = crc_text(crc, map, (uint32_t[]){c, VIRAMA, KA, END}, 4);
    crc = crc_text(crc, map, (uint32_t[]){c, ZWJ, COPYRIGHT, END}, 4);
    crc = crc_text(crc, map, (uint32_t[]){KA, c, KA, END}, 4);
    crc = crc_text(crc, map, (uint32_t[]){KA, c, VIRAMA, KA, END}, 5);
    crc = crc_text(crc, map, (uint32_t[]){COPYRIGHT, c, ZWJ, COPYRIGHT, END}, 5);
    return crc_text(crc, map, (uint32_t[]){KA, VIRAMA, c, END}, 4);
}

static void every_code_point(void **state)
{
    (void)state;
    struct charsmap *map = read_map();
    FILE *golden = fopen("tests/golden/unigram/graphemes.txt", "r");
    assert_non_null(golden);
    unsigned block, expected, blocks = 0;
    for (; fscanf(golden, "%x %x", &block, &expected) == 2; blocks++) {
        uint32_t crc = 0;
        for (uint32_t code = block; code < block + 4096; code++)
            if (code < 0xd800 || code >= 0xe000)
                crc = crc_code(crc, map, code);
        if (crc != expected)
            fail_msg("block %06x: %08x, not %08x", block, crc, expected);
    }
    fclose(golden);
    charsmap_free(map);
    assert_int_equal(blocks, 33);
}

static bool cuts(const struct charsmap *map, const char *text, size_t start, size_t end)
{
    return charsmap_cuts_at(map, str_of(text), start, end);
}

/* Nothing may reach across the blanks: no mark, no character that joins what follows. */
static void where_a_text_can_be_cut(void **state)
{
    (void)state;
    struct charsmap *map = read_map();
    assert_true(cuts(map, "x y", 1, 2));
    assert_true(cuts(map, "x  ", 1, 3));
    assert_true(cuts(map, "x \r\ny", 1, 4));
    assert_true(cuts(map, "x", 0, 0));
    assert_true(cuts(map, "", 0, 0));
    assert_false(cuts(map, "x \xcc\x81y", 1, 2));      /* U+0301 */
    assert_false(cuts(map, "\xd8\x80 y", 2, 3));       /* U+0600 */
    assert_true(cuts(map, "\xd0\xb6 \xd0\xb6", 2, 3)); /* Cyrillic */
    charsmap_free(map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point),
        cmocka_unit_test(where_a_text_can_be_cut),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(out.data);
    return failed;
}
