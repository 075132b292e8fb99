/* test_jsonmsg: JSON as msgpack: every form, every mistake, the way there and back of random values, and jansson as the judge of
 * what is JSON. */
#include "support/support.h"

#include <math.h>

#include <jansson.h>
#include <msgpack.h>

#include "text/decimal.h"
#include "json/json_read.h"
#include "json/json_write.h"
#include "text/utf8.h"

static uint64_t seed = 88172645463325252u;

static uint64_t next(void)
{
    seed ^= seed << 13, seed ^= seed >> 7, seed ^= seed << 17;
    return seed * 2685821657736338717u;
}

static size_t below(size_t n)
{
    return (size_t)((next() >> 32) % n);
}

/* ---- tables ---- */

static void packs(const char *json, const char *hex)
{
    struct bytes want = {0};
    struct json_reader got = {0};
    add_hex(&want, hex);
    if (!json_read_value(&got, (struct str){json, strlen(json)}))
        fail_msg("%s: column %zu: %s", json, got.column, got.error);
    if (got.packed.n != want.n || memcmp(got.packed.data, want.data, got.packed.n) != 0)
        fail_msg("%s did not become %s", json, hex);
    free(want.data), json_reader_free(&got);
}

static void each_form(void **state)
{
    (void)state;
    static const struct {
        const char *json, *hex;
    } cases[] = {
        {"null", "c0"},
        {"true", "c3"},
        {" false ", "c2"},
        {"0", "00"},
        {"-0", "00"},
        {"127", "7f"},
        {"128", "cc 80"},
        {"255", "cc ff"},
        {"256", "cd 01 00"},
        {"65535", "cd ff ff"},
        {"65536", "ce 00 01 00 00"},
        {"4294967295", "ce ff ff ff ff"},
        {"4294967296", "cf 00 00 00 01 00 00 00 00"},
        {"18446744073709551615", "cf ff ff ff ff ff ff ff ff"},
        {"-1", "ff"},
        {"-32", "e0"},
        {"-33", "d0 df"},
        {"-128", "d0 80"},
        {"-129", "d1 ff 7f"},
        {"-32768", "d1 80 00"},
        {"-32769", "d2 ff ff 7f ff"},
        {"-2147483648", "d2 80 00 00 00"},
        {"-2147483649", "d3 ff ff ff ff 7f ff ff ff"},
        {"-9223372036854775808", "d3 80 00 00 00 00 00 00 00"},
        {"1.0", "ca 3f 80 00 00"},
        {"0.1", "ca 3d cc cc cd"},
        {"-0.0", "ca 80 00 00 00"},
        {"0.0", "ca 00 00 00 00"},
        {"2e-05", "ca 37 a7 c5 ac"},
        {"1.50", "ca 3f c0 00 00"},
        {"1e2", "ca 42 c8 00 00"},
        {"1e-45", "ca 00 00 00 01"},
        {"3.4028235e+38", "ca 7f 7f ff ff"},
        {"1.1754944e-38", "ca 00 80 00 00"},
        {"0.1E0", "cb 3f b9 99 99 99 99 99 9a"},
        {"2E-05", "cb 3e f4 f8 b5 88 e3 68 f1"},
        {"-0.0E0", "cb 80 00 00 00 00 00 00 00"},
        {"2.1972245773362196", "cb 40 01 93 ea 7a ad 03 0b"},
        {"1.7976931348623157e+308", "cb 7f ef ff ff ff ff ff ff"},
        {"3.5e38", "cb 47 f0 74 f8 c4 d3 cd 7b"},
        {"5e-324", "cb 00 00 00 00 00 00 00 01"},
        {"1e-400", "ca 00 00 00 00"},
        {"\"\"", "a0"},
        {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "a8 22 5c 2f 08 0c 0a 0d 09"},
        {"\"a\\u0000b\"", "a3 61 00 62"},
        {"\"\\u00e9\\u20AC\\ud83d\\ude00\"", "a9 c3 a9 e2 82 ac f0 9f 98 80"},
        {"\"\x7f\"", "a1 7f"},
        {"[]", "90"},
        {"{}", "80"},
        {"[ ]", "90"},
        {" { } ", "80"},
        {"[[],{}]", "92 90 80"},
        {"[1 , 2]", "92 01 02"},
        {"{\"a\":1,\"b\":[[]]}", "82 a1 61 01 a1 62 91 90"},
        {"{\"a\":1,\"a\":2}", "82 a1 61 01 a1 61 02"},
        {"[{\"a\":[1,{}]},[true]]", "92 81 a1 61 92 01 80 91 c3"},
        {"[[[[[[[[]]]]]]]]", "91 91 91 91 91 91 91 90"},
        {"[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]", "dc 00 10 00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"},
        {"{\"$bin\":\"\"}", "c4 00"},
        {"{\"$bin\":\"//4=\"}", "c4 02 ff fe"},
        {" { \"$bin\" : \"Zm9v\" } ", "c4 03 66 6f 6f"},
        {"{\"$ext\":[5,\"Zg==\"]}", "d4 05 66"},
        {"{\"$ext\":[-128,\"Zm9v\"]}", "c7 03 80 66 6f 6f"},
        {"{\"$ext\":[1,\"\"]}", "c7 00 01"},
        {"[{\"$ext\":[-1,\"Zm8=\"]},1]", "92 d5 ff 66 6f 01"},
        /* nearly */
        {"{\"$bin\":\"Zg=\"}", "81 a4 24 62 69 6e a3 5a 67 3d"},
        {"{\"$bin\":\"Zh==\"}", "81 a4 24 62 69 6e a4 5a 68 3d 3d"},
        {"{\"$bin\":1}", "81 a4 24 62 69 6e 01"},
        {"{\"$bin\":\"\",\"a\":1}", "82 a4 24 62 69 6e a0 a1 61 01"},
        {"{\"$ext\":[128,\"\"]}", "81 a4 24 65 78 74 92 cc 80 a0"},
        {"{\"$ext\":[1]}", "81 a4 24 65 78 74 91 01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        packs(cases[i].json, cases[i].hex);
}

static void each_mistake(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        size_t column;
        const char *error;
    } cases[] = {
        {"", 1, "ends inside"},
        {"  ", 3, "ends inside"},
        {"{", 2, "ends inside"},
        {"[1", 3, "ends inside"},
        {"[1,", 4, "ends inside"},
        {"{\"a\"", 5, "ends inside"},
        {"{\"a\":", 6, "ends inside"},
        {"{\"a\":1", 7, "ends inside"},
        {"\"abc", 5, "without its end"},
        {"\"abc\\", 6, "without its end"},
        {"nul", 1, "ends inside"},
        {"nulx", 1, "a value is expected"},
        {"nullx", 5, "more after"},
        {"1 2", 3, "more after"},
        {"{} {}", 4, "more after"},
        {"[1,]", 4, "a value is expected"},
        {"[,1]", 2, "a value is expected"},
        {"{\"a\":1,}", 8, "a name in quotation marks"},
        {"{a:1}", 2, "a name in quotation marks"},
        {"{'a':1}", 2, "a name in quotation marks"},
        {"{\"a\" 1}", 6, "a ':'"},
        {"{\"a\":1 \"b\":2}", 8, "a ',' or '}'"},
        {"[1 2]", 4, "a ',' or ']'"},
        {"[1}", 3, "a ',' or ']'"},
        {"NaN", 1, "NaN"},
        {"[Infinity]", 2, "NaN"},
        {"-Infinity", 1, "NaN"},
        {"'a'", 1, "a value is expected"},
        {"01", 3, "a 0 in front"},
        {"-01", 4, "a 0 in front"},
        {"-", 2, "ends inside"},
        {"-a", 2, "without digits"},
        {"1.", 3, "ends inside"},
        {"1.e5", 3, "without digits after"},
        {".5", 1, "a value is expected"},
        {"+1", 1, "a value is expected"},
        {"1e", 3, "ends inside"},
        {"1e+x", 4, "without digits in its exponent"},
        {"0x10", 2, "more after"},
        {"18446744073709551616", 21, "does not fit 64 bits"},
        {"-9223372036854775809", 21, "does not fit 64 bits"},
        {"1e999", 6, "beyond the floats"},
        {"-1E400", 7, "beyond the floats"},
        {"\"\\x\"", 3, "escape"},
        {"\"\\u12g4\"", 6, "hexadecimal"},
        {"\"\\ud800\"", 8, "surrogate"},
        {"\"\\udc00\"", 8, "surrogate"},
        {"\"\\ud800\\u0041\"", 14, "surrogate"},
        {"\"\\ud800x\"", 8, "surrogate"},
        {"\"a\tb\"", 3, "control character"},
        {"[[[[[[[[[]]]]]]]]]", 9, "nested deeper"},
        {"// x\n1", 1, "a value is expected"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct json_reader to = {0};
        if (json_read_value(&to, (struct str){cases[i].json, strlen(cases[i].json)}))
            fail_msg("%s is taken", cases[i].json);
        if (to.column != cases[i].column || !strstr(to.error, cases[i].error) || to.packed.n != 0)
            fail_msg("%s: column %zu: %s", cases[i].json, to.column, to.error);
        json_reader_free(&to);
    }
}

/* ---- there and back ---- */

static void add_number(struct bytes *b)
{
    uint64_t x = next() >> below(64), bits;
    uint8_t at[9];
    switch (below(3)) {
    case 0:
        at[0] = 0xca;
        do
            bits = next() & UINT32_MAX;
        while ((bits >> 23 & 255) == 255);
        for (int i = 0; i < 4; i++)
            at[1 + i] = (uint8_t)(bits >> (24 - 8 * i));
        add_bytes(b, at, 5);
        break;
    case 1:
        at[0] = 0xcb;
        do {
            bits = next();
            double value = (double)(float)(int64_t)(bits >> 40) / 64;
            if (below(2)) /* one that a float 32 could say */
                memcpy(&bits, &value, sizeof bits);
        } while ((bits >> 52 & 2047) == 2047);
        for (int i = 0; i < 8; i++)
            at[1 + i] = (uint8_t)(bits >> (56 - 8 * i));
        add_bytes(b, at, 9);
        break;
    default: { /* of any width, in the form that msgpack's own library chooses */
        msgpack_sbuffer buffer;
        msgpack_packer packer;
        msgpack_sbuffer_init(&buffer);
        msgpack_packer_init(&packer, &buffer, msgpack_sbuffer_write);
        below(2) ? msgpack_pack_uint64(&packer, x) : msgpack_pack_int64(&packer, -(int64_t)(x >> 1));
        add_bytes(b, buffer.data, buffer.size);
        msgpack_sbuffer_destroy(&buffer);
    }
    }
}

static void add_text(struct bytes *b)
{
    static const char *const piece[] = {"a",    "\"", "\\", "/", "\n",     "\x01", "\x1f",
                                        "\x7f", "é",  "日", "😀", "\u2028", "$bin", "xyz"};
    struct bytes text = {0};
    for (size_t n = below(below(20) ? 12 : 400); n > 0; n--) {
        const char *c = piece[below(sizeof piece / sizeof *piece)];
        add_bytes(&text, c, strlen(c));
        if (below(50) == 0)
            add_bytes(&text, "", 1);
    }
    uint8_t head[3] = {(uint8_t)(text.n < 32 ? 0xa0 | text.n : text.n < 256 ? 0xd9 : 0xda), (uint8_t)text.n, (uint8_t)text.n};
    head[1] = text.n < 256 ? head[1] : (uint8_t)(text.n >> 8);
    add_bytes(b, head, text.n < 32 ? 1 : text.n < 256 ? 2 : 3);
    if (text.n)
        add_bytes(b, text.data, text.n);
    free(text.data);
}

/* Binary of one size for each of msgpack's forms. */
static void add_binary(struct bytes *b)
{
    static const size_t size_of[] = {0, 1, 2, 3, 4, 7, 8, 16, 17, 255, 256, 300};
    size_t n = size_of[below(12)];
    bool fixed = n > 0 && n <= 16 && (n & (n - 1)) == 0;
    if (below(2))
        n < 256 ? add_bytes(b, (uint8_t[]){0xc4, (uint8_t)n}, 2)
                : add_bytes(b, (uint8_t[]){0xc5, (uint8_t)(n >> 8), (uint8_t)n}, 3);
    else {
        if (fixed)
            add_bytes(b, (uint8_t[]){(uint8_t)(0xd4 + __builtin_ctz((unsigned)n))}, 1);
        else
            n < 256 ? add_bytes(b, (uint8_t[]){0xc7, (uint8_t)n}, 2)
                    : add_bytes(b, (uint8_t[]){0xc8, (uint8_t)(n >> 8), (uint8_t)n}, 3);
        add_bytes(b, (uint8_t[]){(uint8_t)next()}, 1);
    }
    for (; n > 0; n--)
        add_bytes(b, (uint8_t[]){(uint8_t)next()}, 1);
}

/* A random value; arrays and maps as deep as they may be. */
static void add_random(struct bytes *b)
{
    struct {
        size_t left;
        bool is_map;
    } level[MSG_NESTING_MAX + 1] = {{1, false}};
    for (size_t depth = 0;;) {
        while (level[depth].left == 0) {
            if (depth-- == 0)
                return;
        }
        level[depth].left--;
        if (level[depth].is_map)
            add_text(b);
        size_t kind = below(depth < 3 ? 18 : 26);
        if (kind < 8 && depth < MSG_NESTING_MAX) {
            size_t n = below(4) ? below(6) : below(depth < 2 ? 40 : 18);
            bool is_map = kind < 3;
            uint8_t head[3] = {(uint8_t)(is_map ? 0xde : 0xdc), 0, (uint8_t)n};
            n < 16 ? add_bytes(b, (uint8_t[]){(uint8_t)((is_map ? 0x80 : 0x90) | n)}, 1) : add_bytes(b, head, 3);
            depth++;
            level[depth].left = n, level[depth].is_map = is_map;
        } else if (kind < 9)
            add_bytes(b, (uint8_t[]){(uint8_t[]){0xc0, 0xc2, 0xc3}[below(3)]}, 1);
        else if (kind < 10)
            add_binary(b);
        else
            kind < 13 ? add_text(b) : add_number(b);
    }
}

static void random_values_come_back_byte_for_byte(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct buffer text = {0};
    struct json_reader back = {0};
    size_t bytes = 0;
    for (int i = 0; i < 3000; i++) {
        struct json_writer json = {0};
        back.packed.n = b.n = text.n = 0;
        add_random(&b);
        bytes += b.n;
        assert_true(json_write_value(&json, &text, (struct msg){b.data, b.data + b.n}, NULL));
        if (!json_read_value(&back, (struct str){text.data, text.n}))
            fail_msg("%.*s: column %zu: %s", (int)text.n, text.data, back.column, back.error);
        size_t same = 0;
        while (same < b.n && same < back.packed.n && (uint8_t)back.packed.data[same] == b.data[same])
            same++;
        if (back.packed.n != b.n || same < b.n)
            fail_msg("byte %zu of %zu is %02x, not %02x, in %zu: %.*s", same, b.n, (uint8_t)back.packed.data[same], b.data[same],
                     back.packed.n, (int)text.n, text.data);
    }
    assert_true(bytes > 300000);
    free(b.data), free(text.data), json_reader_free(&back);
}

/* An array so large that its head is the widest. */
static void the_widest_array(void **state)
{
    (void)state;
    struct buffer text = {0};
    struct json_reader to = {0};
    for (size_t i = 0; i < 70000; i++)
        buffer_add_string(&text, i ? ",7" : "[7");
    buffer_add_string(&text, "]");
    assert_true(json_read_value(&to, (struct str){text.data, text.n}));
    assert_int_equal(to.packed.n, 70005);
    assert_memory_equal(to.packed.data, "\xdd\x00\x01\x11\x70\x07\x07", 7);
    assert_int_equal(to.packed.data[70004], 7);
    free(text.data), json_reader_free(&to);
}

static void check_float(uint32_t bits)
{
    float value;
    char text[DECIMAL_SIZE];
    struct json_reader to = {0};
    memcpy(&value, &bits, sizeof value);
    if (!isfinite(value))
        return;
    struct str s = {text, decimal_float(text, value)};
    uint8_t want[5] = {0xca, (uint8_t)(bits >> 24), (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits};
    if (!json_read_value(&to, s) || to.packed.n != 5 || memcmp(to.packed.data, want, 5) != 0)
        fail_msg("%.*s is not the float %08x", (int)s.size, text, (unsigned)bits);
    json_reader_free(&to);
}

static void floats_stay_floats(void **state)
{
    (void)state;
    for (uint32_t exponent = 0; exponent < 255; exponent++)
        for (uint32_t low = 0; low < 300; low++) {
            check_float(exponent << 23 | low);
            check_float(exponent << 23 | (0x7fffff - low));
        }
    for (int i = 0; i < 300000; i++)
        check_float((uint32_t)(next() >> 32));
}

/* ---- jansson as the judge ---- */

/* Limits of ours that JSON does not have, and jansson has otherwise. */
static bool is_limit(const char *error)
{
    return strstr(error, "64 bits") || strstr(error, "nested deeper") || strstr(error, "beyond the floats");
}

static void judge(struct buffer *json)
{
    struct json_reader ours = {0};
    json_error_t error;
    if (utf8_invalid_at(json->data, json->n) < json->n || memchr(json->data, 0, json->n))
        return;
    bool good = json_read_value(&ours, (struct str){json->data, json->n});
    json_t *theirs = json_loadb(json->data, json->n, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
    if (!good && is_limit(ours.error)) {
        json_decref(theirs);
        json_reader_free(&ours);
        return;
    }
    bool theirs_is_limit = !theirs && (strstr(error.text, "overflow") || strstr(error.text, "NUL byte in object key"));
    if (good != (theirs != NULL) && !theirs_is_limit)
        fail_msg("%s; jansson: %s: %.*s", good ? "taken" : ours.error, theirs ? "taken" : error.text, (int)json->n, json->data);
    if (good && theirs) {
        struct json_writer state = {0};
        struct buffer back = {0};
        assert_true(json_write_value(&state, &back, packed_msg(&ours.packed), NULL));
        json_t *again = json_loadb(back.data, back.n, JSON_DECODE_ANY | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, &error);
        if (!again || !json_equal(theirs, again))
            fail_msg("%.*s became %.*s", (int)json->n, json->data, (int)back.n, back.data);
        json_decref(again);
        free(back.data);
    }
    json_decref(theirs);
    json_reader_free(&ours);
}

static void what_is_json_jansson_says_too(void **state)
{
    (void)state;
    static const char alphabet[] = "{}[]:,\"\\/ \t\n0123456789-+.eEtrufalsn'\x01\x1fZ";
    size_t taken = 0;
    for (int i = 0; i < 6000; i++) {
        struct bytes b = {0};
        struct buffer text = {0};
        struct json_writer json = {0};
        do {
            b.n = text.n = 0;
            add_random(&b);
            assert_true(json_write_value(&json, &text, (struct msg){b.data, b.data + b.n}, NULL));
        } while (text.n > 2000);
        for (size_t k = below(4); k > 0 && text.n > 0; k--) { /* change, take out, put in, or repeat */
            size_t at = below(text.n), size = below(2) ? 1 : below(text.n - at) + 1;
            char c = alphabet[below(sizeof alphabet - 1)];
            buffer_add(&text, "    ", 4);
            text.n -= 4;
            switch (below(3)) {
            case 0: text.data[at] = c; break;
            case 1:
                memmove(text.data + at, text.data + at + size, text.n - at - size);
                text.n -= size;
                break;
            default:
                memmove(text.data + at + 1, text.data + at, text.n - at);
                text.data[at] = c;
                text.n++;
            }
        }
        judge(&text);
        taken += text.n > 0;
        free(b.data), free(text.data);
    }
    /* short texts, where every character counts */
    for (int i = 0; i < 100000; i++) {
        char at[8];
        struct buffer text = {at, below(8) + 1, sizeof at};
        for (size_t k = 0; k < text.n; k++)
            at[k] = alphabet[below(sizeof alphabet - 1)];
        judge(&text);
    }
    assert_true(taken > 5000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form),
        cmocka_unit_test(each_mistake),
        cmocka_unit_test(random_values_come_back_byte_for_byte),
        cmocka_unit_test(the_widest_array),
        cmocka_unit_test(floats_stay_floats),
        cmocka_unit_test(what_is_json_jansson_says_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
