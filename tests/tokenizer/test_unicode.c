/* unicode, normalize_bert, forms: what becomes of every code point, against the tokenizers package
 * (tests/golden/unicode_tables.py). */
#include "support/support.h"

#include "text/utf8.h"
#include "tokenizer/forms.h"
#include "tokenizer/normalize.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/unicode.h"

static uint32_t crc_table[256];

static void crc_prepare(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1;
        crc_table[i] = c;
    }
}

static uint32_t crc_add(uint32_t crc, const char *at, size_t size)
{
    crc = ~crc;
    for (size_t i = 0; i < size; i++)
        crc = crc_table[(crc ^ (unsigned char)at[i]) & 255] ^ crc >> 8;
    return ~crc;
}

static const struct normalize_bert kinds[] = {
    {.clean_text = true, .chinese = true},
    {.clean_text = true, .chinese = true, .strip_accents = true, .lower = true},
    {.clean_text = true, .chinese = true, .lower = true},
    {.clean_text = true, .strip_accents = true},
};

static uint32_t crc_normalized(uint32_t crc, const struct normalize_bert *kind, const uint32_t *code, size_t n)
{
    static struct symbols out;
    struct symbol raw[3];
    char text[64];
    size_t size = 0;
    for (size_t i = 0; i < n; i++)
        raw[i] = (struct symbol){code[i], (uint32_t)i, (uint32_t)i + 1};
    normalize_bert(kind, raw, n, &out);
    for (size_t i = 0; i < out.n; i++) {
        uint32_t place = i == 0 ? 0 : i + 1 < out.n ? 1 : 2; /* what comes of one code point shares its place */
        if (n == 3 && (out.data[i].start != place || out.data[i].end != place + 1))
            fail_msg("U+%04X: place %u, not %u", (unsigned)code[1], (unsigned)out.data[i].start, (unsigned)place);
        size += utf8_encode(out.data[i].code, text + size);
    }
    text[size++] = '\n';
    return crc_add(crc, text, size);
}

static uint32_t crc_code(uint32_t crc, uint32_t code)
{
    unsigned class = unicode_class(code);
    char head[3] = {class & UNICODE_PUNCTUATION ? '3'
                    : class & UNICODE_SPACE     ? '2'
                                                : '1',
                    class & UNICODE_WORD ? 'w' : '-', '\n'};
    crc = crc_add(crc, head, sizeof head);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        crc = crc_normalized(crc, &kinds[k], &code, 1);
        crc = crc_normalized(crc, &kinds[k], (uint32_t[]){'a', code, 'b'}, 3);
    }
    return crc;
}

/* NFC, NFD, NFKC, NFKD, StripAccents, Lowercase. */
static struct normalizer other[6];

static void read_other(void)
{
    static const char *const name[] = {"NFC", "NFD", "NFKC", "NFKD", "StripAccents", "Lowercase"};
    for (size_t i = 0; i < sizeof name / sizeof *name; i++) {
        json_t *json = json_pack("{s:s}", "type", name[i]);
        normalize_read(&other[i], json, "tokenizer.json");
        json_decref(json);
    }
}

static uint32_t crc_form(uint32_t crc, uint32_t code)
{
    static struct symbols out, spare;
    char text[512];
    crc = crc_add(crc, unicode_class(code) & UNICODE_NUMERIC ? "d\n" : "-\n", 2);
    for (size_t k = 0; k < sizeof other / sizeof *other; k++)
        for (size_t n = 1; n <= 5; n += 4) {
            uint32_t all[] = {'a', code, 0x323, 0x301, 'b'};
            struct symbol raw[5];
            for (size_t i = 0; i < n; i++)
                raw[i] = (struct symbol){n == 1 ? code : all[i], (uint32_t)i, (uint32_t)i + 1};
            normalize_run(&other[k], raw, n, &out, &spare);
            size_t size = symbols_encode(out.data, out.n, text);
            text[size++] = '\n';
            crc = crc_add(crc, text, size);
        }
    return crc;
}

static void check_every_code_point(const char *path, uint32_t (*add)(uint32_t crc, uint32_t code))
{
    FILE *golden = fopen(path, "r");
    assert_non_null(golden);
    unsigned block, expected, blocks = 0;
    for (; fscanf(golden, "%x %x", &block, &expected) == 2; blocks++) {
        uint32_t crc = 0;
        for (uint32_t code = block; code < block + 4096; code++)
            if (code < 0xd800 || code >= 0xe000)
                crc = add(crc, code);
        if (crc != expected)
            fail_msg("%s: block %06x: %08x, not %08x", path, block, crc, expected);
    }
    fclose(golden);
    assert_int_equal(blocks, 272);
}

static void every_code_point(void **state)
{
    (void)state;
    check_every_code_point("tests/golden/wptok/unicode.txt", crc_code);
}

static void every_code_point_in_all_forms(void **state)
{
    (void)state;
    read_other();
    check_every_code_point("tests/golden/wptok/forms.txt", crc_form);
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        normalize_free(&other[i]);
}

/* What becomes of a text, and the places of its code points. */
static void places_in_all_forms(void **state)
{
    (void)state;
    static const struct {
        enum forms form;
        uint32_t from[6], to[6];
        uint32_t place[6]; /* where it begins; each is one code point long */
    } cases[] = {
        {FORMS_NFD, {'x', 0xe9, 'y'}, {'x', 'e', 0x301, 'y'}, {0, 1, 1, 2}},
        {FORMS_NFC, {'x', 'e', 0x301, 'y'}, {'x', 0xe9, 'y'}, {0, 1, 3}},
        {FORMS_NFC, {'a', 0x323, 0x302}, {0x1ead}, {0}},
        {FORMS_NFC, {'a', 0x302, 0x323}, {0x1ead}, {0}},
        {FORMS_NFC, {'q', 0x301, 0x323, 'e'}, {'q', 0x323, 0x301, 'e'}, {0, 1, 2, 3}}, /* sorted, but in their places */
        {FORMS_NFC, {'a', 0x5b0, 0x301, 'e'}, {0xe1, 0x5b0, 'e'}, {0, 2, 3}},          /* over a mark of a lower class */
        {FORMS_NFC, {'a', 0x308, 0x308, 0x301}, {0xe4, 0x308, 0x301}, {0, 2, 3}},      /* blocked */
        {FORMS_NFC, {0x1100, 0x1161, 0x11a8, 'a'}, {0xac01, 'a'}, {0, 3}},
        {FORMS_NFC, {0xac00, 0x11a7, 0xac00, 0x11a8}, {0xac00, 0x11a7, 0xac01}, {0, 1, 2}},
        {FORMS_NFC, {0x958, 0x2126}, {0x915, 0x93c, 0x3a9}, {0, 0, 1}}, /* excluded; a single one */
        {FORMS_NFC, {0x301, 0x300}, {0x301, 0x300}, {0, 1}},
        {FORMS_NFKC, {0xfb01, 0x2460}, {'f', 'i', '1'}, {0, 0, 1}},
        {FORMS_NFKC, {0xff76, 0xff9e}, {0x30ac}, {0}},
        {FORMS_NFKD, {0xbd, 0xa0}, {'1', 0x2044, '2', ' '}, {0, 0, 0, 1}},
        {FORMS_NFKD, {0x32ff, 0x1e9b}, {0x32ff, 's', 0x307}, {0, 1, 1}}, /* newer than Unicode 9 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct symbols text = {0};
        size_t n = 0;
        for (size_t k = 0; cases[i].from[k]; k++)
            symbols_append(&text, &(struct symbol){cases[i].from[k], (uint32_t)k, (uint32_t)k + 1}, 1);
        forms_change(&text, cases[i].form);
        for (; n < text.n && cases[i].to[n]; n++) {
            assert_int_equal(text.data[n].code, cases[i].to[n]);
            assert_int_equal(text.data[n].start, cases[i].place[n]);
            assert_int_equal(text.data[n].end, cases[i].place[n] + 1);
        }
        assert_int_equal(n, text.n);
        assert_int_equal(cases[i].to[n], 0);
        free(text.data);
    }
}

static void codes_after_normalization(const struct normalize_bert *kind, const uint32_t *code, size_t n, struct symbols *out)
{
    struct symbol *raw = xmalloc(n, sizeof *raw);
    for (size_t i = 0; i < n; i++)
        raw[i] = (struct symbol){code[i], (uint32_t)i, (uint32_t)i + 1};
    normalize_bert(kind, raw, n, out);
    free(raw);
}

/* Long runs of marks are sorted in another way than short ones: U+302E and U+302F are marks that are kept (Mc), so that the order
 * shows; class 224. U+1D165 has 216. */
static void marks_in_canonical_order(void **state)
{
    (void)state;
    for (size_t n = 2; n < 100; n++) {
        uint32_t *code = xmalloc(2 * n + 1, sizeof *code);
        struct symbols out = {0};
        code[0] = 'q';
        for (size_t i = 0; i < n; i++) {
            code[1 + 2 * i] = i % 2 ? 0x302e : 0x302f;
            code[2 + 2 * i] = 0x1d165;
        }
        codes_after_normalization(&kinds[1], code, 2 * n + 1, &out);
        assert_int_equal(out.n, 2 * n + 1);
        assert_int_equal(out.data[0].code, 'q');
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(out.data[1 + i].code, 0x1d165);
            assert_int_equal(out.data[1 + n + i].code, i % 2 ? 0x302e : 0x302f);
        }
        free(out.data);
        free(code);
    }
}

/* A million marks, a million U+0130: quadratic time would be felt. */
static void long_runs(void **state)
{
    (void)state;
    enum { N = 1000000 };
    uint32_t *code = xmalloc(N, sizeof *code);
    struct symbols out = {0};
    for (size_t i = 0; i < N; i++)
        code[i] = i % 2 ? 0x302e : 0x1d165;
    codes_after_normalization(&kinds[1], code, N, &out);
    assert_int_equal(out.n, N);
    assert_int_equal(out.data[N / 2].code, 0x302e);
    for (size_t i = 0; i < N; i++)
        code[i] = 0x130;
    codes_after_normalization(&kinds[2], code, N, &out);
    assert_int_equal(out.n, 2 * N);
    for (size_t i = 0; i < 2 * N; i++) {
        assert_int_equal(out.data[i].code, i % 2 ? 0x307 : 'i');
        assert_int_equal(out.data[i].start, i / 2);
    }
    free(out.data);
    free(code);
}

static void symbols_are_their_text(void **state)
{
    (void)state;
    static const char text[] = "a\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
    static const uint32_t code[] = {'a', 0xe9, 0x20ac, 0x1f600};
    struct symbols s = {0};
    char back[4 * 4];
    for (int turn = 0; turn < 2; turn++)
        symbols_decode((struct str){text, sizeof text - 1}, &s);
    assert_int_equal(s.n, 4);
    for (uint32_t i = 0; i < 4; i++)
        assert_true(s.data[i].code == code[i] && s.data[i].start == i && s.data[i].end == i + 1);
    assert_int_equal(symbols_encode(s.data, s.n, back), sizeof text - 1);
    assert_memory_equal(back, text, sizeof text - 1);
    free(s.data);
}

static void utf8_is_checked(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size, bad;
    } cases[] = {
        {"", 0, 0},
        {"abc", 3, 3},
        {"\xc3\xa9", 2, 2},
        {"\xf4\x8f\xbf\xbf", 4, 4},
        {"\xef\xbf\xbd", 3, 3},
        {"a\0b", 3, 3},
        {"\xff", 1, 0},
        {"ab\x80", 3, 2},
        {"\xc0\x80", 2, 0},
        {"\xc1\xbf", 2, 0},
        {"\xe0\x9f\xbf", 3, 0},
        {"\xed\xa0\x80", 3, 0},
        {"\xf0\x8f\xbf\xbf", 4, 0},
        {"\xf4\x90\x80\x80", 4, 0},
        {"\xf5\x80\x80\x80", 4, 0},
        {"abcdefgh\xc3", 9, 8},
        {"\xe2\x82", 2, 0},
        {"\xc3"
         "a",
         2, 0},
        {"abcdefgh\xe2\x82\xac"
         "abcdefgh\xff",
         20, 19},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(utf8_invalid_at(cases[i].text, cases[i].size), cases[i].bad);
}

int main(void)
{
    crc_prepare();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_point),    cmocka_unit_test(every_code_point_in_all_forms),
        cmocka_unit_test(places_in_all_forms), cmocka_unit_test(marks_in_canonical_order),
        cmocka_unit_test(long_runs),           cmocka_unit_test(symbols_are_their_text),
        cmocka_unit_test(utf8_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
