/* Tests of utf8: what is valid, against a plain reading of RFC 3629, at every size and place. */
#include "support/support.h"

#include "text/utf8.h"

/* The table of RFC 3629, section 4, a sequence at a time. */
static size_t plain_invalid_at(const unsigned char *c, size_t size)
{
    static const unsigned char forms[][6] = {
        /* first byte from, to; second byte from, to; size */
        {0x00, 0x7f, 0, 0, 1},       {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
        {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, {0xee, 0xef, 0x80, 0xbf, 3},
        {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4}, {0xf4, 0xf4, 0x80, 0x8f, 4},
    };
    size_t i = 0;
    while (i < size) {
        size_t n = 0;
        for (size_t f = 0; f < sizeof forms / sizeof *forms; f++)
            if (c[i] >= forms[f][0] && c[i] <= forms[f][1])
                n = forms[f][4];
        if (n == 0 || n > size - i)
            return i;
        for (size_t f = 0; n > 1 && f < sizeof forms / sizeof *forms; f++)
            if (c[i] >= forms[f][0] && c[i] <= forms[f][1] && (c[i + 1] < forms[f][2] || c[i + 1] > forms[f][3]))
                return i;
        for (size_t k = 2; k < n; k++)
            if ((c[i + k] & 0xc0) != 0x80)
                return i;
        i += n;
    }
    return size;
}

static void check(const unsigned char *bytes, size_t size)
{
    char *text = malloc(size ? size : 1); /* of this size, so that a sanitizer sees a read beyond it */
    size_t high = 0;
    memcpy(text, bytes, size);
    for (size_t i = 0; i < size; i++)
        high += bytes[i] >= 0x80;
    assert_int_equal(utf8_invalid_at(text, size), plain_invalid_at(bytes, size));
    assert_int_equal(utf8_is_valid(text, size), plain_invalid_at(bytes, size) == size);
    assert_int_equal(utf8_is_ascii(text, size), high == 0);
    assert_int_equal(utf8_high_bytes(text, size), high);
    free(text);
}

static void every_pair_of_bytes(void **state)
{
    (void)state;
    for (unsigned a = 0; a < 256; a++)
        for (unsigned b = 0; b < 256; b++) {
            check((unsigned char[]){(unsigned char)a, (unsigned char)b, 0x80, 0xbf, 'x'}, 5);
            check((unsigned char[]){'x', (unsigned char)a, (unsigned char)b}, 3);
        }
}

/* The first two bytes in full; of the others what is at the edges of their ranges. */
static void four_bytes_without_a_branch(void **state)
{
    (void)state;
    static const unsigned char edge[] = {0, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0xbf, 0xc0, 0xe2, 0xff};
    for (unsigned i = 0; i < 65536 * sizeof edge * sizeof edge; i++) {
        unsigned pair = i % 65536, rest = i / 65536;
        unsigned char c[] = {(unsigned char)(pair >> 8), (unsigned char)pair, edge[rest % sizeof edge], edge[rest / sizeof edge]};
        uint32_t code = 0, want = 0, bad = 0;
        size_t n = c[0] < 0xc0 ? 1 : utf8_size_at((const char *)c);
        size_t size = utf8_decode_four(c[0] | (uint32_t)c[1] << 8 | (uint32_t)c[2] << 16 | (uint32_t)c[3] << 24, &code, &bad);
        assert_int_equal(bad == 0, plain_invalid_at(c, n) == n);
        if (bad == 0) {
            assert_int_equal(size, utf8_decode((const char *)c, &want));
            assert_int_equal(code, want);
        }
    }
}

static void every_size_and_place(void **state)
{
    (void)state;
    static const char *const inserted[] = {"\xc3\xa9", "\xe2\x80\x8b", "\xf0\x9f\x98\x80", "\xff", "\xc3",
                                           "\xe2\x80", "\x80",         "\xed\xa0\x80"};
    for (size_t size = 0; size <= 40; size++)
        for (size_t place = 0; place <= size; place++)
            for (size_t k = 0; k < sizeof inserted / sizeof *inserted; k++) {
                unsigned char bytes[48];
                size_t n = strlen(inserted[k]);
                memset(bytes, 'a', sizeof bytes);
                check(bytes, size);
                memcpy(bytes + place, inserted[k], n);
                check(bytes, size + n);
            }
}

static void many_high_bytes(void **state)
{
    (void)state;
    static unsigned char bytes[5000];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (unsigned char)(i % 2 ? 0xa9 : 0xc3);
    for (size_t size = 2030; size < 2060; size++) /* more than the sums of one round hold */
        check(bytes, size);
    check(bytes, sizeof bytes);
}

static void a_part_ends_before_a_character(void **state)
{
    (void)state;
    static const char text[] = "a\xc3\xa9\xe2\x82\xac";
    static const size_t floor[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t max = 0; max < sizeof floor / sizeof *floor; max++)
        assert_int_equal(utf8_floor(text, sizeof text - 1, max), floor[max]);
}

/* Python's bytes.decode("utf-8", "replace") of the same bytes. */
static void broken_characters_are_replaced(void **state)
{
    (void)state;
#define FFFD "\xef\xbf\xbd"
    static const char *const each[][2] = {
        {"", ""},
        {"abc\xc3\xa9", "abc\xc3\xa9"},
        {"\x80", FFFD},
        {"\xc3", FFFD},
        {"\xc3\xc3\xa9z", FFFD "\xc3\xa9z"},
        {"\xf0\x9f\x91", FFFD},
        {"\xf0\x9f\x91\xf0\x9f\x91\x8d", FFFD "\xf0\x9f\x91\x8d"},
        {"\xf0\x8f\x91", FFFD FFFD FFFD},
        {"\xed\xa0\x80", FFFD FFFD FFFD},
        {"\xe0\x80", FFFD FFFD},
        {"\xe0\xa0x", FFFD "x"},
        {"\xf4\x90\x80", FFFD FFFD FFFD},
        {"\xf5\xc1\xbf", FFFD FFFD FFFD},
        {"\xe4\xb8", FFFD},
    };
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct buffer text = {0};
        utf8_add_lossy(&text, each[i][0], strlen(each[i][0]));
        assert_int_equal(text.n, strlen(each[i][1]));
        assert_memory_equal(text.n ? text.data : "", each[i][1], text.n);
        free(text.data);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_pair_of_bytes),
        cmocka_unit_test(four_bytes_without_a_branch),
        cmocka_unit_test(every_size_and_place),
        cmocka_unit_test(many_high_bytes),
        cmocka_unit_test(a_part_ends_before_a_character),
        cmocka_unit_test(broken_characters_are_replaced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
