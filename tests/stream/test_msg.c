/* test_msg: every msgpack type, and every lie about a length. */
#include "support/support.h"

#include <math.h>

static struct bytes hex(const char *text)
{
    struct bytes b = {0};
    add_hex(&b, text);
    return b;
}

static struct msg msg_of(struct bytes b)
{
    return (struct msg){b.data, b.data + b.n};
}

/* One value of each form in the specification. */
static const struct {
    const char *hex;
    enum msg_type type;
} forms[] = {
    {"00", MSG_INT},
    {"7f", MSG_INT},
    {"e0", MSG_INT},
    {"ff", MSG_INT},
    {"80", MSG_MAP},
    {"81 a1 61 01", MSG_MAP},
    {"90", MSG_ARRAY},
    {"92 01 02", MSG_ARRAY},
    {"a0", MSG_STR},
    {"a3 61 62 63", MSG_STR},
    {"c0", MSG_NIL},
    {"c2", MSG_BOOL},
    {"c3", MSG_BOOL},
    {"c4 01 ff", MSG_BIN},
    {"c5 00 01 ff", MSG_BIN},
    {"c6 00 00 00 01 ff", MSG_BIN},
    {"c7 01 05 ff", MSG_EXT},
    {"c8 00 01 05 ff", MSG_EXT},
    {"c9 00 00 00 01 05 ff", MSG_EXT},
    {"ca 3f 80 00 00", MSG_FLOAT},
    {"cb 3f f0 00 00 00 00 00 00", MSG_FLOAT},
    {"cc ff", MSG_INT},
    {"cd ff ff", MSG_INT},
    {"ce ff ff ff ff", MSG_INT},
    {"cf ff ff ff ff ff ff ff ff", MSG_INT},
    {"d0 80", MSG_INT},
    {"d1 80 00", MSG_INT},
    {"d2 80 00 00 00", MSG_INT},
    {"d3 80 00 00 00 00 00 00 00", MSG_INT},
    {"d4 05 01", MSG_EXT},
    {"d5 05 01 02", MSG_EXT},
    {"d6 05 01 02 03 04", MSG_EXT},
    {"d7 05 01 02 03 04 05 06 07 08", MSG_EXT},
    {"d8 05 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10", MSG_EXT},
    {"d9 01 61", MSG_STR},
    {"da 00 01 61", MSG_STR},
    {"db 00 00 00 01 61", MSG_STR},
    {"dc 00 01 c0", MSG_ARRAY},
    {"dd 00 00 00 01 c0", MSG_ARRAY},
    {"de 00 01 a1 61 c0", MSG_MAP},
    {"df 00 00 00 01 a1 61 c0", MSG_MAP},
};

static void scan_takes_each_form_and_no_byte_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct bytes b = hex(forms[i].hex);
        size_t size = b.n;
        assert_int_equal(msg_type(msg_of(b)), forms[i].type);
        add_hex(&b, "ff ff");
        assert_int_equal(msg_scan(b.data, b.data + b.n), size);
        for (size_t cut = 0; cut < size; cut++)
            assert_int_equal(msg_scan(b.data, b.data + cut), MSG_CUT);
        struct msg c = msg_of(b), value = msg_value(&c);
        assert_int_equal(value.end - value.data, size);
        assert_ptr_equal(c.data, value.end);
        free(b.data);
    }
}

static void scan_in_pieces_says_the_same(void **state)
{
    (void)state;
    struct bytes b = hex("83 a1 61 93 01 ca 3f 80 00 00 a2 62 63 a1 64 82 01 c4 03 01 02 03 c0 dc 00 02 05 06 a1 65 cb"
                         "00 00 00 00 00 00 00 00");
    for (size_t step = 1; step <= b.n; step++) {
        struct msg_scan scan = {0};
        size_t size = MSG_CUT;
        for (size_t seen = 0; size == MSG_CUT; seen += step)
            size = msg_scan_more(&scan, b.data, b.data + (seen < b.n ? seen : b.n));
        assert_int_equal(size, b.n);
    }
    free(b.data);
}

static void scan_refuses_what_is_no_msgpack(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        size_t answer;
    } cases[] = {
        {"c1", MSG_INVALID},
        {"92 01 c1", MSG_INVALID},
        {"91 91 91 91 91 91 91 91 01", 9},
        {"91 91 91 91 91 91 91 91 90", MSG_DEEP},
        {"91 91 91 91 91 91 91 92 01 02", 10},
        {"91 91 91 91 91 91 91 91 91 01", MSG_DEEP},
        {"93 cc 80 cd 01 00 92 00 05", 9},
        {"93 cc 80 cd 01", MSG_CUT},
        {"93 cc 80 01 92 00", MSG_CUT},
        {"91 91 91 91 91 91 91 91 80", MSG_DEEP},
        {"81 a0 81 a0 81 a0 81 a0 81 a0 81 a0 81 a0 81 a0 81 a0 c0", MSG_DEEP},
        {"dd ff ff ff ff", MSG_HUGE},
        {"df ff ff ff ff", MSG_HUGE},
        {"db ff ff ff ff", MSG_HUGE},
        {"c6 ff ff ff ff", MSG_HUGE},
        {"c9 ff ff ff ff 05", MSG_HUGE},
        {"92 01 dd f0 00 00 00", MSG_HUGE},
        {"dd 04 00 00 00", MSG_CUT},
        {"dd 04 00 00 01", MSG_HUGE},
        {"df 02 00 00 01", MSG_HUGE},
        {"db 03 ff ff fb 00", MSG_CUT},
        {"db 04 00 00 00 00", MSG_HUGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = hex(cases[i].hex);
        if (msg_scan(b.data, b.data + b.n) != cases[i].answer)
            fail_msg("scan of %s", cases[i].hex);
        free(b.data);
    }
}

/* What a scan accepts must be safe to walk; what it takes must be within the bytes. */
static void scan_of_random_bytes(void **state)
{
    (void)state;
    uint64_t x = 88172645463325252u;
    size_t taken = 0;
    for (int round = 0; round < 200000; round++) {
        uint8_t *b = xmalloc(24, 1); /* its own block: a sanitizer sees a read behind it */
        size_t n = 1 + (size_t)round % 24;
        b = xrealloc(b, n, 1);
        for (size_t i = 0; i < n; i++) {
            x ^= x << 13, x ^= x >> 7, x ^= x << 17;
            b[i] = (uint8_t)(x >> 32);
            if (x >> 60 < 8) /* more of what holds something */
                b[i] = (uint8_t)(0x80 | (b[i] & 0x7f));
        }
        size_t size = msg_scan(b, b + n);
        struct msg_scan scan = {0};
        size_t half = msg_scan_more(&scan, b, b + n / 2);
        if (half == MSG_CUT)
            half = msg_scan_more(&scan, b, b + n);
        assert_int_equal(half, size);
        if (msg_is_size(size)) {
            assert_true(size <= n);
            taken++;
            struct array_ints ints = {0};
            struct array_strs strs = {0};
            struct array_floats floats = {0};
            struct array_sizes start = {0};
            size_t rows, columns;
            struct msg value = {b, b + size};
            msg_ints(value, &ints);
            msg_strs(value, &strs);
            msg_ragged(value, &ints, &start);
            msg_matrix(value, &floats, &rows, &columns);
            free(ints.data), free(strs.data), free(floats.data), free(start.data);
        }
        free(b);
    }
    assert_true(taken > 20000);
}

static void integers_of_every_size(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        int64_t value;
    } cases[] = {
        {"00", 0},
        {"7f", 127},
        {"e0", -32},
        {"ff", -1},
        {"cc 80", 128},
        {"cd 01 00", 256},
        {"ce 80 00 00 00", 2147483648},
        {"cf 7f ff ff ff ff ff ff ff", INT64_MAX},
        {"d0 9c", -100},
        {"d1 ff 9c", -100},
        {"d2 80 00 00 00", INT32_MIN},
        {"d3 80 00 00 00 00 00 00 00", INT64_MIN},
        {"d3 00 00 00 00 00 00 00 05", 5},
        {"cc 05", 5},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = hex(cases[i].hex);
        struct msg c = msg_of(b);
        int64_t value;
        assert_true(msg_int(&c, &value));
        assert_true(value == cases[i].value);
        assert_ptr_equal(c.data, c.end);
        free(b.data);
    }
    struct bytes huge = hex("cf 80 00 00 00 00 00 00 00");
    struct msg c = msg_of(huge);
    int64_t value;
    assert_false(msg_int(&c, &value));
    assert_ptr_equal(c.data, huge.data);
    free(huge.data);
}

static void other_types_leave_the_cursor(void **state)
{
    (void)state;
    struct bytes b = hex("c0");
    struct msg c = msg_of(b);
    int64_t i;
    double d;
    bool t;
    struct str s;
    size_t n;
    assert_false(msg_int(&c, &i) || msg_real(&c, &d) || msg_bool(&c, &t) || msg_str(&c, &s) || msg_array(&c, &n)
                 || msg_map(&c, &n));
    assert_ptr_equal(c.data, b.data);
    free(b.data);
}

static void reals_of_both_sizes_and_integers(void **state)
{
    (void)state;
    struct bytes b = hex("ca bf c0 00 00 cb 3f b9 99 99 99 99 99 9a 05 ca 7f c0 00 00");
    struct msg c = msg_of(b);
    double x;
    assert_true(msg_real(&c, &x) && x == -1.5);
    assert_true(msg_real(&c, &x) && x == 0.1);
    assert_true(msg_real(&c, &x) && x == 5);
    assert_true(msg_real(&c, &x) && isnan(x));
    assert_int_equal(msg_type(c), MSG_END);
    free(b.data);
}

static void arrays_as_a_whole(void **state)
{
    (void)state;
    struct array_ints ints = {0};
    struct array_sizes start = {0};
    struct array_floats floats = {0};
    size_t rows, columns;
    struct bytes b = hex("95 01 c0 d0 9c d2 80 00 00 01 ce 7f ff ff ff");
    assert_true(msg_ints(msg_of(b), &ints));
    assert_int_equal(ints.n, 5);
    assert_int_equal(ints.data[1], MSG_INT_NIL);
    assert_int_equal(ints.data[2], -100);
    assert_int_equal(ints.data[3], INT32_MIN + 1);
    assert_int_equal(ints.data[4], INT32_MAX);
    free(b.data);
    static const char *const refused[] = {"91 d2 80 00 00 00", "91 ce 80 00 00 00", "91 a1 61", "91 ca 00 00 00 00", "05", "80"};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        b = hex(refused[i]);
        assert_false(msg_ints(msg_of(b), &ints));
        free(b.data);
    }
    b = hex("93 92 01 02 90 91 03");
    assert_true(msg_ragged(msg_of(b), &ints, &start));
    assert_int_equal(start.n, 4);
    assert_int_equal(start.data[1], 2);
    assert_int_equal(start.data[2], 2);
    assert_int_equal(start.data[3], 3);
    assert_false(msg_matrix(msg_of(b), &floats, &rows, &columns));
    free(b.data);
    b = hex("92 92 01 ca 3f 00 00 00 92 03 04");
    assert_true(msg_matrix(msg_of(b), &floats, &rows, &columns));
    assert_int_equal(rows, 2);
    assert_int_equal(columns, 2);
    assert_true(floats.data[1] == 0.5f && floats.data[3] == 4.0f);
    free(b.data), free(ints.data), free(start.data), free(floats.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(scan_takes_each_form_and_no_byte_more),
        cmocka_unit_test(scan_in_pieces_says_the_same),
        cmocka_unit_test(scan_refuses_what_is_no_msgpack),
        cmocka_unit_test(scan_of_random_bytes),
        cmocka_unit_test(integers_of_every_size),
        cmocka_unit_test(other_types_leave_the_cursor),
        cmocka_unit_test(reals_of_both_sizes_and_integers),
        cmocka_unit_test(arrays_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
