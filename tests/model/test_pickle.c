/* Tests of the pickle machine: every instruction, what is refused, files that are cut or damaged anywhere. */
#include "support/support.h"

#include "base/file.h"
#include "base/rng.h"
#include "model/pickle.h"

static bool knows(struct pickle_value global)
{
    return pickle_is(global, PICKLE_GLOBAL, "collections\nOrderedDict") || pickle_is(global, PICKLE_GLOBAL, "a.b\nf");
}

/* Reads a copy that ends where its memory ends: a sanitizer sees a byte too far. The copies stay, as values point into them. */
static struct copy {
    struct copy *before;
    uint8_t bytes[];
} * copies;

static struct pickle *read_bytes(const void *bytes, size_t size)
{
    struct copy *copy = xmalloc(sizeof *copy + size, 1);
    copy->before = copies;
    copies = copy;
    memcpy(copy->bytes, bytes, size);
    return pickle_read("x", copy->bytes, size, knows);
}

static void read_it(void *data)
{
    struct bytes *b = data;
    pickle_free(read_bytes(b->data, b->n));
}

static const char *death(const char *hex)
{
    struct bytes b = {0};
    add_hex(&b, hex);
    const char *message = death_of(read_it, &b);
    free(b.data);
    return message;
}

static void assert_refused(const char *hex, const char *text)
{
    const char *message = death(hex);
    if (!message || !strstr(message, text))
        fail_msg("%s: '%s', but should be '%s'", hex, message ? message : "lives", text);
}

static struct pickle *value_of(const char *hex)
{
    struct bytes b = {0};
    add_hex(&b, hex);
    struct pickle *p = read_bytes(b.data, b.n);
    assert_int_equal(p->used, b.n);
    free(b.data);
    return p;
}

static void assert_number(const char *hex, enum pickle_type type, int64_t number)
{
    struct pickle *p = value_of(hex);
    assert_int_equal(p->value.type, type);
    assert_int_equal(p->value.integer, number);
    pickle_free(p);
}

static void test_numbers(void **state)
{
    (void)state;
    assert_number("80 02 4e 2e", PICKLE_NONE, 0);
    assert_number("88 2e", PICKLE_BOOL, 1);
    assert_number("89 2e", PICKLE_BOOL, 0);
    assert_number("4b ff 2e", PICKLE_INTEGER, 255);
    assert_number("4d 01 ff 2e", PICKLE_INTEGER, 0xff01);
    assert_number("4a 01 02 03 04 2e", PICKLE_INTEGER, 0x04030201);
    assert_number("4a ff ff ff ff 2e", PICKLE_INTEGER, -1);
    assert_number("8a 00 2e", PICKLE_INTEGER, 0);
    assert_number("8a 01 80 2e", PICKLE_INTEGER, -128);
    assert_number("8a 05 00 00 00 00 01 2e", PICKLE_INTEGER, (int64_t)1 << 32);
    assert_number("8a 08 ff ff ff ff ff ff ff 7f 2e", PICKLE_INTEGER, INT64_MAX);
    assert_number("8a 08 00 00 00 00 00 00 00 80 2e", PICKLE_INTEGER, INT64_MIN);
    assert_number("47 3f f0 00 00 00 00 00 00 2e", PICKLE_REAL, 0);
    struct pickle *p = value_of("8a 09 01 02 03 04 05 06 07 08 09 2e");
    assert_int_equal(p->value.type, PICKLE_LONG);
    assert_int_equal(p->value.size, 9);
    pickle_free(p);
}

static void test_texts_and_globals(void **state)
{
    (void)state;
    struct pickle *p = value_of("58 03 00 00 00 61 00 62 2e");
    assert_int_equal(p->value.size, 3);
    assert_memory_equal(p->value.text, "a\0b", 3);
    pickle_free(p);
    p = value_of("55 02 61 62 2e");
    assert_true(pickle_is(p->value, PICKLE_STRING, "ab"));
    assert_false(pickle_is(p->value, PICKLE_STRING, "abc") || pickle_is(p->value, PICKLE_GLOBAL, "ab"));
    pickle_free(p);
    p = value_of("63 61 2e 62 0a 66 0a 2e");
    assert_true(pickle_is(p->value, PICKLE_GLOBAL, "a.b\nf"));
    pickle_free(p);
    assert_refused("63 6f 73 0a 73 79 73 74 65 6d 0a 2e", "it needs os.system, which is not part of a state dict and is not run");
    assert_refused("63 0a 0a 2e", "it needs ., which");
}

/* Tuples of 0 to 4, a list, a dict. */
static void test_containers(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        enum pickle_type type;
        size_t n;
    } cases[] = {
        {"29 2e", PICKLE_TUPLE, 0},
        {"4b 01 85 2e", PICKLE_TUPLE, 1},
        {"4b 01 4b 02 86 2e", PICKLE_TUPLE, 2},
        {"4b 01 4b 02 4b 03 87 2e", PICKLE_TUPLE, 3},
        {"28 4b 01 4b 02 4b 03 4b 04 74 2e", PICKLE_TUPLE, 4},
        {"28 74 2e", PICKLE_TUPLE, 0},
        {"5d 2e", PICKLE_LIST, 0},
        {"5d 4b 01 61 4b 02 61 2e", PICKLE_LIST, 2},
        {"5d 28 4b 01 4b 02 4b 03 65 2e", PICKLE_LIST, 3},
        {"7d 2e", PICKLE_DICT, 0},
        {"7d 4b 01 4b 02 73 2e", PICKLE_DICT, 2},
        {"7d 28 4b 01 4b 02 4b 03 4b 04 75 2e", PICKLE_DICT, 4},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pickle *p = value_of(cases[i].hex);
        assert_int_equal(p->value.type, cases[i].type);
        assert_int_equal(pickle_n(p->value), cases[i].n);
        for (size_t k = 0; k < cases[i].n; k++)
            assert_int_equal(p->value.items->item[k].integer, k + 1);
        pickle_free(p);
    }
}

#define F "63 61 2e 62 0a 66 0a "
#define ORDERED_DICT "63 63 6f 6c 6c 65 63 74 69 6f 6e 73 0a 4f 72 64 65 72 65 64 44 69 63 74 0a "

static void test_calls_are_kept_not_made(void **state)
{
    (void)state;
    struct pickle *p = value_of(F "4b 07 85 52 2e");
    assert_int_equal(p->value.type, PICKLE_CALL);
    assert_true(pickle_is(p->value.items->item[0], PICKLE_GLOBAL, "a.b\nf"));
    assert_int_equal(p->value.items->item[1].items->item[0].integer, 7);
    pickle_free(p);
    p = value_of(ORDERED_DICT "29 52 4b 01 4b 02 73 7d 4b 03 4b 04 73 62 2e"); /* its attributes are dropped */
    assert_int_equal(p->value.type, PICKLE_DICT);
    assert_int_equal(pickle_n(p->value), 2);
    pickle_free(p);
    p = value_of("4b 09 85 51 2e");
    assert_int_equal(p->value.type, PICKLE_PERSISTENT);
    assert_int_equal(pickle_n(p->value), 1);
    pickle_free(p);
    assert_refused(ORDERED_DICT "5d 85 52 2e", "an OrderedDict with arguments");
    assert_refused(F "4b 07 52 2e", "instruction REDUCE: this is no call of a known function");
    assert_refused("4b 07 29 52 2e", "this is no call of a known function");
    assert_refused(F "29 52 7d 62 2e", "instruction BUILD: attributes of something that is no dict");
    assert_refused("7d 4b 01 62 2e", "attributes of something that is no dict");
}

static void test_memo(void **state)
{
    (void)state;
    struct pickle *p = value_of("4b 05 71 03 72 02 00 00 00 68 03 6a 02 00 00 00 87 2e");
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(p->value.items->item[i].integer, 5);
    pickle_free(p);
    p = value_of("5d 71 00 68 00 61 2e"); /* a list in itself */
    assert_ptr_equal(p->value.items->item[0].items, p->value.items);
    pickle_free(p);
    assert_refused("68 00 2e", "instruction BINGET: nothing was put at this place of the memo");
    assert_refused("4b 01 71 02 6a 01 00 00 00 2e", "instruction LONG_BINGET: nothing was put at this place");
    assert_refused("4b 01 72 ff ff ff ff 2e", "instruction LONG_BINPUT: no pickle of this size has so many places");
}

static void test_the_stack_is_guarded(void **state)
{
    (void)state;
    static const char *const ops[] = {"52", "62", "85",    "86",       "87",       "73",
                                      "61", "51", "71 00", "4b 01 86", "4b 01 73", "4b 01 62"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        char *below_mark = xasprintf("7d 5d 28 %s 2e", ops[i]), *alone = xasprintf("%s 2e", ops[i]);
        assert_refused(alone, "nothing is on the stack");
        assert_refused(below_mark, "nothing is on the stack");
        free(below_mark);
        free(alone);
    }
    assert_refused("74 2e", "instruction TUPLE: no mark is on the stack");
    assert_refused("7d 75 2e", "no mark");
    assert_refused("5d 65 2e", "no mark");
    assert_refused("7d 28 4b 01 75 2e", "instruction SETITEMS: a key without a value");
    assert_refused("5d 28 75 2e", "this is no dict");
    assert_refused("7d 28 65 2e", "this is no list");
    assert_refused("7d 4b 01 61 2e", "this is no list");
    assert_refused("2e", "not one value is on the stack");
    assert_refused("4b 01 4b 02 2e", "not one value is on the stack");
    assert_refused("28 4b 01 2e", "not one value is on the stack");
    assert_refused("80 06 4e 2e", "this protocol is not known");
}

/* What torch.save does not write, by its name. */
static void test_other_instructions_are_refused_by_name(void **state)
{
    (void)state;
    static const uint8_t known[] = {0x80, '(', 'N', 0x88, 0x89, 'K', 'M', 'J', 0x8a, 'G', 'U', 'X', 'c', ')', 0x85, 0x86,
                                    0x87, 't', ']', '}',  'a',  'e', 's', 'u', 'q',  'r', 'h', 'j', 'Q', 'R', 'b',  '.'};
    size_t refused = 0, unknown = 0;
    for (int op = 0; op < 256; op++) {
        if (memchr(known, op, sizeof known))
            continue;
        char *hex = xasprintf("%02x 2e", (unsigned)op);
        const char *message = death(hex);
        assert_non_null(message);
        refused += strstr(message, "torch.save writes no such instruction for a state dict") != NULL;
        unknown += strstr(message, "is no instruction of a pickle") != NULL;
        free(hex);
    }
    assert_int_equal(refused, 68 - 32); /* pickletools.opcodes has 68 */
    assert_int_equal(unknown, 256 - 68);
    assert_refused("69 6f 73 0a", "byte 0, instruction INST:");
    assert_refused("80 04 93 2e", "byte 2, instruction STACK_GLOBAL:");
    assert_refused("97 2e", "instruction NEXT_BUFFER:");
    assert_refused("01 2e", "byte 0: 0x01 is no instruction of a pickle");
}

/* The state dict of tests/golden/torchfile/old.bin, which begins after three short pickles. */
static struct mapping golden;
static bool knows_all(struct pickle_value global)
{
    return global.size > 0;
}
static const uint8_t *state_dict(size_t *size)
{
    const uint8_t *at = golden.data;
    for (int i = 0; i < 4; i++) {
        struct pickle *p = pickle_read("x", at, (size_t)(golden.data + golden.size - at), knows_all);
        *size = p->used;
        at += i < 3 ? p->used : 0;
        pickle_free(p);
    }
    return at;
}

static void read_all(void *data)
{
    struct bytes *b = data;
    uint8_t *copy = malloc(b->n ? b->n : 1);
    memcpy(copy, b->data, b->n);
    pickle_free(pickle_read("x", copy, b->n, knows_all));
}

static void test_cut_anywhere(void **state)
{
    (void)state;
    size_t size;
    const uint8_t *whole = state_dict(&size);
    assert_true(size > 500);
    for (size_t n = 0; n < size; n++) {
        struct bytes b = {(uint8_t *)(uintptr_t)whole, n, 0};
        assert_dies(read_all, &b, "the pickle is cut off after");
    }
}

static void test_damaged_anywhere(void **state)
{
    (void)state;
    size_t size, died = 0;
    const uint8_t *whole = state_dict(&size);
    struct bytes b = {0};
    for (uint64_t i = 0; i < 20000; i++) {
        b.n = 0;
        add_bytes(&b, whole, size);
        for (uint64_t k = 0; k <= i % 3; k++) {
            size_t at = (size_t)(rng_uniform(1, i, 2 * k) * (double)size);
            b.data[at] = (uint8_t)(rng_uniform(1, i, 2 * k + 1) * 256);
        }
        died += death_of(read_all, &b) != NULL;
    }
    free(b.data);
    assert_in_range(died, 1000, 19999);
}

static void test_size_is_bounded(void **state)
{
    (void)state;
    struct bytes b = {0};
    uint8_t *none = malloc(PICKLE_SIZE_MAX + 1);
    memset(none, 'N', PICKLE_SIZE_MAX + 1);
    add_bytes(&b, none, PICKLE_SIZE_MAX + 1);
    assert_dies(read_it, &b, "the pickle has more than 8388608 bytes");
    memset(b.data, '(', b.n); /* as deep as it can be */
    assert_dies(read_it, &b, "the pickle has more than 8388608 bytes");
    free(none);
    free(b.data);
}

static int setup(void **state)
{
    (void)state;
    golden = file_map("tests/golden/torchfile/old.bin");
    return 0;
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_texts_and_globals),
        cmocka_unit_test(test_containers),
        cmocka_unit_test(test_calls_are_kept_not_made),
        cmocka_unit_test(test_memo),
        cmocka_unit_test(test_the_stack_is_guarded),
        cmocka_unit_test(test_other_instructions_are_refused_by_name),
        cmocka_unit_test(test_cut_anywhere),
        cmocka_unit_test(test_damaged_anywhere),
        cmocka_unit_test(test_size_is_bounded),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
