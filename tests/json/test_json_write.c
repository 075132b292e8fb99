/* test_json: numbers that read back the same, strings as RFC 8259 wants them, and what JSON lacks. */
#include "support/support.h"

#include <math.h>

#include "text/decimal.h"
#include "json/json_write.h"

static const char *float_text(float value)
{
    static char text[DECIMAL_SIZE + 1];
    text[decimal_float(text, value)] = 0;
    return text;
}

static const char *double_text(double value)
{
    static char text[DECIMAL_SIZE + 1];
    text[decimal_double(text, value)] = 0;
    return text;
}

static void known_floats(void **state)
{
    (void)state;
    static const struct {
        float value;
        const char *text;
    } cases[] = {
        {0, "0.0"},
        {-0.0f, "-0.0"},
        {1, "1.0"},
        {-1, "-1.0"},
        {0.1f, "0.1"},
        {0.3f, "0.3"},
        {100, "100.0"},
        {-100, "-100.0"},
        {0.0001f, "0.0001"},
        {0.00001f, "1e-05"},
        {2e-5f, "2e-05"},
        {123456.79f, "123456.79"},
        {16777216, "16777216.0"},
        {1e10f, "10000000000.0"},
        {1e15f, "1000000000000000.0"},
        {1e16f, "1e+16"},
        {1e22f, "1e+22"},
        {0.99914503f, "0.99914503"},
        {3.4028235e38f, "3.4028235e+38"},
        {1.1754944e-38f, "1.1754944e-38"},
        {1.1754942e-38f, "1.1754942e-38"},
        {1e-45f, "1e-45"},
        {1.5e-44f, "1.5e-44"},
        {8388608, "8388608.0"},
        {0.33333334f, "0.33333334"},
        {9.5367432e-7f, "9.536743e-07"},
        {33554432, "33554432.0"},
        {33554436, "33554436.0"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(float_text(cases[i].value), cases[i].text);
}

static void known_doubles(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {0.1, "0.1"},
        {2.1972245773362196, "2.1972245773362196"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e+16"},
        {1e22, "1e+22"},
        {2e-5, "2e-05"},
        {0.0001, "0.0001"},
        {-1.5, "-1.5"},
        {1.0 / 3, "0.3333333333333333"},
        {1.7976931348623157e308, "1.7976931348623157e+308"},
        {123456789012345678.0, "1.2345678901234568e+17"},
        {1e100, "1e+100"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(double_text(cases[i].value), cases[i].text);
}

/* Reads back with the same bits, and no decimal with fewer digits would. */
static void check_float(uint32_t bits, bool and_shortest)
{
    float value, back;
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        return;
    const char *text = float_text(value);
    back = strtof(text, NULL);
    if (memcmp(&back, &value, sizeof value) != 0)
        fail_msg("%a became %s", (double)value, text);
    if (!and_shortest || value == 0)
        return;
    char digits[64];
    size_t n = 0;
    for (const char *c = text; *c && *c != 'e'; c++)
        if (*c >= '0' && *c <= '9' && (n > 0 || *c != '0'))
            digits[n++] = *c;
    while (digits[n - 1] == '0')
        n--;
    if (n == 1)
        return;
    char shorter[64];
    snprintf(shorter, sizeof shorter, "%.*e", (int)n - 2, (double)value);
    if (strtof(shorter, NULL) == value)
        fail_msg("%s: %s is shorter", text, shorter);
}

static void floats_read_back_and_are_shortest(void **state)
{
    (void)state;
    for (uint32_t exponent = 0; exponent < 255; exponent++)
        for (uint32_t low = 0; low < 16; low++) { /* the ends of each binade, where the interval is lopsided */
            check_float(exponent << 23 | low, true);
            check_float(exponent << 23 | (0x7fffff - low), true);
        }
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 300000; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        check_float((uint32_t)(x >> 32), i % 4 == 0);
    }
}

static void doubles_read_back(void **state)
{
    (void)state;
    uint64_t x = 88172645463325252u;
    for (int i = 0; i < 100000; i++) {
        x ^= x << 13, x ^= x >> 7, x ^= x << 17;
        double value, back;
        memcpy(&value, &x, sizeof value);
        if (!isfinite(value))
            continue;
        back = strtod(double_text(value), NULL);
        if (memcmp(&back, &value, sizeof value) != 0)
            fail_msg("%a became %s", value, double_text(value));
    }
}

static void integers(void **state)
{
    (void)state;
    char text[DECIMAL_SIZE];
    static const struct {
        int64_t value;
        const char *text;
    } cases[] = {
        {0, "0"},
        {9, "9"},
        {10, "10"},
        {99, "99"},
        {100, "100"},
        {-1, "-1"},
        {-100, "-100"},
        {12345, "12345"},
        {INT64_MAX, "9223372036854775807"},
        {INT64_MIN, "-9223372036854775808"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        text[decimal_int(text, cases[i].value)] = 0;
        assert_string_equal(text, cases[i].text);
    }
    text[decimal_uint(text, UINT64_MAX)] = 0;
    assert_string_equal(text, "18446744073709551615");
}

static void json_is(const char *hex, const char *expected, const struct label_set *names)
{
    struct bytes b = {0};
    struct buffer text = {0};
    struct json_writer json = {0};
    add_hex(&b, hex);
    bool good = json_write_value(&json, &text, (struct msg){b.data, b.data + b.n}, names);
    buffer_add(&text, "", 1);
    if (!good)
        buffer_add(&text, (text.n = 0, json.error), strlen(json.error) + 1);
    if (strcmp(text.data, expected) != 0)
        fail_msg("%s became %s, not %s", hex, text.data, expected);
    free(b.data), free(text.data);
}

static void values_of_each_type(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *json;
    } cases[] = {
        {"c0", "null"},
        {"c2", "false"},
        {"c3", "true"},
        {"00", "0"},
        {"7f", "127"},
        {"ff", "-1"},
        {"d1 ff 9c", "-100"},
        {"cf ff ff ff ff ff ff ff ff", "18446744073709551615"},
        {"d3 80 00 00 00 00 00 00 00", "-9223372036854775808"},
        {"ca 3f 80 00 00", "1.0"},
        {"ca 3d cc cc cd", "0.1"},
        {"ca 37 a7 c5 ac", "2e-05"},
        {"cb 3f b9 99 99 99 99 99 9a", "0.1E0"},
        {"cb 3e f4 f8 b5 88 e3 68 f1", "2E-05"},
        {"cb 40 01 93 ea 7a ad 03 0b", "2.1972245773362196"},
        {"cb 3f f0 00 00 00 00 00 00", "1.0E0"},
        {"cb 7f ef ff ff ff ff ff ff", "1.7976931348623157e+308"},
        {"90", "[]"},
        {"80", "{}"},
        {"93 01 a1 61 c0", "[1,\"a\",null]"},
        {"82 a1 61 01 a1 62 91 90", "{\"a\":1,\"b\":[[]]}"},
        {"92 81 a1 61 92 01 80 91 c3", "[{\"a\":[1,{}]},[true]]"},
        {"95 00 09 0a 63 64", "[0,9,10,99,100]"},
        {"93 ca 3f 80 00 00 7f ca bf c0 00 00", "[1.0,127,-1.5]"},
        {"92 dc 00 01 05 dd 00 00 00 01 06", "[[5],[6]]"},
        {"95 a1 61 a0 a2 22 5c a1 0a 01", "[\"a\",\"\",\"\\\"\\\\\",\"\\n\",1]"}, /* runs, and what ends them */
        {"94 a2 c3 a9 a1 7f a1 1f a1 62", "[\"\303\251\",\"\177\",\"\\u001f\",\"b\"]"},
        {"92 a1 80 01", "a string that is not UTF-8"},
        {"94 92 00 7f 91 64 92 01 cc 80 90", "[[0,127],[100],[1,128],[]]"},
        {"92 92 01 ff 92 c0 02", "[[1,-1],[null,2]]"},
        {"95 cd 03 e8 cc ff cd 00 00 cd ff ff 01", "[1000,255,0,65535,1]"},
        {"92 bf 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 61 01",
         "[\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\",1]"},
        {"c4 00", "{\"$bin\":\"\"}"},
        {"c4 01 66", "{\"$bin\":\"Zg==\"}"},
        {"c5 00 02 66 6f", "{\"$bin\":\"Zm8=\"}"},
        {"c6 00 00 00 03 66 6f 6f", "{\"$bin\":\"Zm9v\"}"},
        {"c4 06 ff fe fd 00 01 02", "{\"$bin\":\"//79AAEC\"}"},
        {"d4 05 66", "{\"$ext\":[5,\"Zg==\"]}"},
        {"d5 ff 66 6f", "{\"$ext\":[-1,\"Zm8=\"]}"},
        {"c7 03 80 66 6f 6f", "{\"$ext\":[-128,\"Zm9v\"]}"},
        {"c8 00 00 01", "{\"$ext\":[1,\"\"]}"},
        {"d6 01 66 6f 6f 62", "{\"$ext\":[1,\"Zm9vYg==\"]}"},
        {"81 01 02", "a map with a key that is not a UTF-8 string"},
        {"a1 ff", "a string that is not UTF-8"},
        {"92 a2 c0 80 01", "a string that is not UTF-8"},
        {"81 a1 ff 01", "a map with a key that is not a UTF-8 string"},
        {"98 91 91 91 91 91 91 91 01 02 03 04 05 06 07 08", "[[[[[[[[1]]]]]]],2,3,4,5,6,7,8]"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        json_is(cases[i].hex, cases[i].json, NULL);
}

static void not_a_number_is_null_and_counted(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct buffer text = {0};
    struct json_writer json = {0};
    add_hex(&b, "95 ca 7f c0 00 00 ca 7f 80 00 00 ca ff 80 00 00 cb 7f f8 00 00 00 00 00 00 01");
    assert_true(json_write_value(&json, &text, (struct msg){b.data, b.data + b.n}, NULL));
    buffer_add(&text, "", 1);
    assert_string_equal(text.data, "[null,null,null,null,1]");
    assert_int_equal(json.not_finite, 4);
    free(b.data), free(text.data);
}

static void strings_are_escaped_and_no_more_than_needed(void **state)
{
    (void)state;
    static const struct {
        const char *text, *json;
    } cases[] = {
        {"", "\"\""},
        {"\"\\/", "\"\\\"\\\\/\""},
        {"\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""},
        {"\x01\x1f\x7f", "\"\\u0001\\u001f\x7f\""},
        {"\x1b[31m", "\"\\u001b[31m\""},
        {"é日😀\u2028", "\"é日😀\u2028\""},
        {"</script>", "\"</script>\""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer text = {0};
        assert_true(json_write_str(&text, (struct str){cases[i].text, strlen(cases[i].text)}));
        buffer_add(&text, "", 1);
        assert_string_equal(text.data, cases[i].json);
        free(text.data);
    }
    struct buffer text = {0};
    assert_true(json_write_str(&text, (struct str){"a\0b", 3}));
    buffer_add(&text, "", 1);
    assert_string_equal(text.data, "\"a\\u0000b\"");
    static const char *const broken[] = {"\x80", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "a\xe2\x82", "\xff\xfe"};
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++)
        assert_false(json_write_str(&text, (struct str){broken[i], strlen(broken[i])}));
    free(text.data);
}

static void text_in_ascii(void **state)
{
    (void)state;
    struct buffer to = {0};
    json_write_ascii(&to, str_of("{\"a/b\":\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\\n\"}"));
    assert_true(str_is((struct str){to.data, to.n}, "{\"a\\/b\":\"\\u00e9\\u20ac\\ud83d\\ude00\\n\"}"));
    free(to.data);
}

static void ids_become_names(void **state)
{
    (void)state;
    char o[] = "O", x[] = "B-\"X\"", field[] = "ner_tags", *name[] = {o, x};
    const struct label_set names = {field, 2, name};
    json_is("93 00 01 d0 9c", "[\"O\",\"B-\\\"X\\\"\",-100]", &names);
    json_is("92 91 01 91 00", "[[\"B-\\\"X\\\"\"],[\"O\"]]", &names);
    json_is("01", "\"B-\\\"X\\\"\"", &names);
    json_is("92 ca 3f 80 00 00 c0", "[1.0,null]", &names);
    json_is("91 02", "a label id that the header does not name", &names);
    json_is("91 ff", "a label id that the header does not name", &names);
    json_is("91 cf ff ff ff ff ff ff ff ff", "a label id that the header does not name", &names);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_floats),
        cmocka_unit_test(known_doubles),
        cmocka_unit_test(floats_read_back_and_are_shortest),
        cmocka_unit_test(doubles_read_back),
        cmocka_unit_test(integers),
        cmocka_unit_test(values_of_each_type),
        cmocka_unit_test(not_a_number_is_null_and_counted),
        cmocka_unit_test(strings_are_escaped_and_no_more_than_needed),
        cmocka_unit_test(ids_become_names),
        cmocka_unit_test(text_in_ascii),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
