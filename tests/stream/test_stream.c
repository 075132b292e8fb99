/* test_stream: what a reader believes, and what it refuses. */
#include "support/support.h"

/* Read it all from a file; the tags too, as a filter would. */
static uint64_t n_read;
static void read_all(void *data)
{
    struct bytes *b = data;
    const char *const paths[] = {temp_file("in", b->data, b->n), NULL};
    struct reader *r = reader_open(paths, "sentence");
    struct array_ints tags = {0};
    n_read = 0;
    for (struct record *record; (record = reader_next(r)); n_read++)
        if (header_labels(reader_header(r), "ner_tags"))
            record_tags(record, reader_labels(r, "ner_tags"), &tags);
    assert_null(reader_next(r));
    free(tags.data);
    reader_close(r);
}

static void refuse(struct bytes b, const char *text)
{
    assert_dies(read_all, &b, text);
    free(b.data);
}

static void a_small_stream_is_read(void **state)
{
    (void)state;
    struct bytes b = small_stream();
    read_all(&b);
    assert_int_equal(n_read, 2);
    free(b.data);
}

static void cut_at_every_byte_it_fails(void **state)
{
    (void)state;
    struct bytes b = small_stream();
    for (size_t n = 0; n < b.n; n++) {
        struct bytes cut = {b.data, n, 0};
        const char *message = death_of(read_all, &cut);
        if (!message || !(strstr(message, "cut off") || strstr(message, "without its trailer") || strstr(message, "is empty")))
            fail_msg("cut at %zu: %s", n, message ? message : "no death");
    }
    free(b.data);
}

static void each_byte_changed_never_crashes(void **state)
{
    (void)state;
    struct bytes b = small_stream();
    size_t deaths = 0;
    for (size_t i = 0; i < b.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            b.data[i] ^= (uint8_t)(1u << bit);
            deaths += death_of(read_all, &b) != NULL;
            b.data[i] ^= (uint8_t)(1u << bit);
        }
    assert_true(deaths > b.n * 3);
    free(b.data);
}

static void random_records_never_crash(void **state)
{
    (void)state;
    uint64_t x = 4711;
    for (int round = 0; round < 3000; round++) {
        struct bytes b = minimal_header();
        for (int i = 0; i < 40; i++) {
            x = x * 6364136223846793005u + 1442695040888963407u;
            add_bytes(&b, (uint8_t *)&x + 7, 1);
        }
        const char *message = death_of(read_all, &b);
        assert_non_null(message);
        free(b.data);
    }
}

static void the_trailer_must_count(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_header(&b, "sentence", two_names, 2);
    add_record(&b, 1);
    add_trailer(&b, 2);
    refuse(b, "the trailer counts other than the 1 records before it");
}

static void the_trailer_may_have_its_keys_in_any_order(void **state)
{
    (void)state;
    struct bytes b = minimal_header();
    add_map(&b, 2);
    add_str(&b, "records"), add_int(&b, 0), add_str(&b, "end"), add_hex(&b, "c3");
    read_all(&b);
    assert_int_equal(n_read, 0);
    free(b.data);
}

static void a_missing_trailer_fails(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_header(&b, "sentence", two_names, 2);
    add_record(&b, 1);
    refuse(b, "ends without its trailer, after record 1");
}

static void nothing_but_a_header_may_follow_a_trailer(void **state)
{
    (void)state;
    struct bytes b = small_stream();
    add_record(&b, 3);
    refuse(b, "its first map has no \"msgstream\"");
    b = small_stream();
    add_int(&b, 5);
    refuse(b, "begins with an integer");
}

static void streams_concatenate(void **state)
{
    (void)state;
    struct bytes one = small_stream(), two = small_stream(), both = {0};
    add_bytes(&both, one.data, one.n);
    add_bytes(&both, two.data, two.n);
    read_all(&both);
    assert_int_equal(n_read, 4);
    struct bytes out = filtered(both, NULL); /* one stream comes out: one header, one trailer */
    struct bytes again = filtered(out, NULL);
    read_all(&again);
    assert_int_equal(n_read, 4);
    free(one.data), free(two.data), free(both.data), free(out.data), free(again.data);
}

static void files_concatenate_and_each_needs_its_trailer(void **state)
{
    (void)state;
    struct bytes b = small_stream();
    const char *const paths[] = {temp_file("a", b.data, b.n), temp_file("b", b.data, b.n), NULL};
    struct reader *r = reader_open(paths, "sentence");
    struct record *record = NULL;
    for (int i = 0; i < 4; i++)
        assert_non_null(record = reader_next(r));
    assert_int_equal(record->number, 4);
    assert_null(reader_next(r));
    reader_close(r);
    temp_file("a", b.data, b.n - 1);
    filter_paths = paths;
    filter_added = NULL;
    capture_begin();
    const char *message = death_of(run_filter, NULL);
    free(capture_end().data);
    assert_died(message, "a: cut off inside record 3", __FILE__, __LINE__);
    free(b.data);
}

static void concatenated_streams_must_agree(void **state)
{
    (void)state;
    static const char *const other[] = {"O", "B-Y"}, *const more[] = {"O", "B-X", "I-X"};
    struct bytes b = small_stream();
    add_header(&b, "sentence", other, 2);
    add_trailer(&b, 0);
    refuse(b, "their labels of 'ner_tags' differ");
    b = small_stream();
    add_header(&b, "sentence", more, 3);
    add_trailer(&b, 0);
    refuse(b, "their labels of 'ner_tags' differ");
    b = small_stream();
    add_header(&b, "batch", two_names, 2);
    refuse(b, "of kind 'sentence', the other of kind 'batch'");
    b = small_stream();
    struct bytes bare = minimal_header();
    add_bytes(&b, bare.data, bare.n);
    refuse(b, "only the first has labels of 'ner_tags'");
    struct bytes vocab = {0};
    for (int i = 0; i < 2; i++) {
        add_map(&vocab, 3);
        add_str(&vocab, "msgstream"), add_int(&vocab, 1);
        add_str(&vocab, "kind"), add_str(&vocab, "sentence");
        add_str(&vocab, "vocab"), add_map(&vocab, 2);
        add_str(&vocab, "size"), add_int(&vocab, 5), add_str(&vocab, "hash"), add_str(&vocab, i ? "ffff" : "0000");
        add_trailer(&vocab, 0);
    }
    refuse(vocab, "two vocabularies, 0000 and ffff");
    static const char *const spelling[][2] = {{"pieces", "spelled in two ways, wordpiece and metaspace"},
                                              {"unk", "an unknown piece is '[UNK]' in one, 'metaspace' in the other"}};
    for (size_t k = 0; k < 2; k++) {
        struct bytes two = {0};
        for (size_t i = 0; i < 2; i++) {
            add_map(&two, 3);
            add_str(&two, "msgstream"), add_int(&two, 1);
            add_str(&two, "kind"), add_str(&two, "sentence");
            add_str(&two, "vocab"), add_map(&two, 2 + (uint32_t)i);
            add_str(&two, "size"), add_int(&two, 5), add_str(&two, "hash"), add_str(&two, "0000");
            if (i)
                add_str(&two, spelling[k][0]), add_str(&two, "metaspace");
            add_trailer(&two, 0);
        }
        refuse(two, spelling[k][1]);
    }
    free(bare.data);
}

static void garbage_is_named(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message;
    } cases[] = {
        {"EU NNP B-NP B-ORG\n", "it begins with 'EU NNP B-NP B-ORG'; text goes through conll2msg or text2msg first"},
        {"{\"id\":1}\n", "it begins with '{\"id\":1}'"},
        {"\x93\x01\x02\x03", "it begins with an array"},
        {"\xc1", "the bytes are not msgpack"},
        {"\x80", "its first map has no \"msgstream\""},
        {"\x81\xa1"
         "a\x01",
         "its first map has no \"msgstream\""},
        {"\x81\x01\x02", "not a msgpack stream of these tools: its first map has no \"msgstream\""},
        {"\x82\xa9msgstream\x01\x01\x02", "a key that is not a string"},
        {"\x82\xa9msgstream\x02\xa4kind\xa1"
         "a",
         "version 2; this tool reads version 1"},
        {"\x81\xa9msgstream\x01", "has no kind"},
        {"\x82\xa9msgstream\x01\xa4kind\x05", "kind is not a string"},
        {"\x82\xa9msgstream\xa1"
         "1\xa4kind\xa1"
         "a",
         "msgstream is not a number"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6"
         "fields\xa1"
         "x",
         "fields is not an array of names"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6"
         "fields\x91\x05",
         "fields is not an array of names"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6labels\x91\xa1"
         "x",
         "labels is not a map"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6labels\x81\xa1"
         "x\x91\xc0",
         "labels is not a map"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6labels\x81\xa1"
         "x\x91\xa0",
         "an empty label name"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6labels\x81\xa1"
         "x\x91\xa3"
         "B-\xe9",
         "the stream's header has a label name that is not UTF-8: B-\\xe9"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6labels\x81\xa1\xff\x90",
         "a field name that is not UTF-8: \\xff"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa6"
         "fields\x91\xa2\xc3(",
         "a field name that is not UTF-8: \\xc3("},
        {"\x82\xa9msgstream\x01\xa4kind\xa1\x80", "a kind that is not UTF-8"},
        {"\x82\xa9msgstream\x01\xa1\xfe\x05", "a key that is not UTF-8"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa5vocab\x80",
         "vocab is no"},
        {"\x83\xa9msgstream\x01\xa4kind\xa1"
         "a\xa7history\x05",
         "history is not an array"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = {0};
        add_bytes(&b, cases[i].text, strlen(cases[i].text));
        refuse(b, cases[i].message);
    }
    refuse((struct bytes){0}, "is empty: not even a header");
}

static void the_wrong_kind_names_who_makes_the_right_one(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_header(&b, "batch", two_names, 2);
    add_trailer(&b, 0);
    refuse(b, "records of kind 'batch', not 'sentence'; those come from conll2msg or text2msg");
}

/* Every check comes before the allocation: these streams are a few bytes long. */
static void lying_lengths_are_refused_at_once(void **state)
{
    (void)state;
    static const struct {
        const char *hex, *message;
    } cases[] = {
        {"81 a1 61 dd ff ff ff ff", "record 1 is larger than 64 MiB"},
        {"df ff ff ff ff", "larger than 64 MiB"},
        {"81 a1 61 db ff ff ff ff", "larger than 64 MiB"},
        {"81 a1 61 c6 7f ff ff ff", "larger than 64 MiB"},
        {"81 db 10 00 00 00", "larger than 64 MiB"},
        {"81 a1 61 91 91 91 91 91 91 91 91 01", "nested deeper than 8"},
        {"81 a1 61 dd 00 ff ff ff 01", "cut off inside record 1"},
        {"81 a1 61 c1", "the bytes are not msgpack"},
        {"05", "record 1: is not a map but an integer"},
        {"90", "record 1: is not a map but an array"},
        {"81 05 05", "a field whose name is not a string"},
        {"82 a1 61 01 a1 61 02", "has the field 'a' twice"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = minimal_header();
        add_hex(&b, cases[i].hex);
        refuse(b, cases[i].message);
    }
}

static struct bytes with_fields(size_t n)
{
    struct bytes b = minimal_header();
    add_map(&b, n);
    for (size_t i = 0; i < n; i++) {
        char name[24];
        snprintf(name, sizeof name, "f%zu", i);
        add_str(&b, name), add_int(&b, i);
    }
    add_trailer(&b, 1);
    return b;
}

static void a_record_has_at_most_64_fields(void **state)
{
    (void)state;
    refuse(with_fields(65), "record 1: has 65 fields; at most 64 are allowed");
    struct bytes b = with_fields(64);
    read_all(&b);
    const char *const paths[] = {temp_file("in", b.data, b.n), NULL};
    filter_paths = paths;
    filter_added = "one_more";
    capture_begin();
    const char *message = death_of(run_filter, NULL);
    free(capture_end().data);
    assert_died(message, "would grow to 65 fields", __FILE__, __LINE__);
    free(b.data);
}

static void a_record_may_have_64_mebibytes_and_no_byte_more(void **state)
{
    (void)state;
    for (size_t more = 0; more < 2; more++) {
        struct bytes b = minimal_header();
        size_t size = RECORD_SIZE_MAX - 8 + more; /* 81 a1 61 c6 and four bytes of length */
        add_hex(&b, "81 a1 61 c6");
        for (int shift = 24; shift >= 0; shift -= 8)
            add_bytes(&b, &(uint8_t){(uint8_t)(size >> shift)}, 1);
        GROW(b.data, b.room, b.n + size);
        memset(b.data + b.n, 0, size);
        b.n += size;
        add_trailer(&b, 1);
        if (more)
            assert_dies(read_all, &b, "larger than 64 MiB");
        else
            read_all(&b);
        free(b.data);
    }
}

static void tags_outside_the_inventory_are_named(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_header(&b, "sentence", two_names, 2);
    add_map(&b, 2);
    add_str(&b, "id"), add_str(&b, "doc-7"), add_str(&b, "ner_tags"), add_hex(&b, "92 01 02");
    add_trailer(&b, 1);
    refuse(b, "record 1 (id doc-7): ner_tags[1] is 2; the header names 2 labels");
    b = (struct bytes){0};
    add_header(&b, "sentence", two_names, 2);
    add_map(&b, 2);
    add_str(&b, "id"), add_str(&b, "doc-7"), add_str(&b, "ner_tags"), add_hex(&b, "92 01 d0 9c");
    add_trailer(&b, 1);
    refuse(b, "ner_tags[1] is -100; the header names 2 labels; -100 marks a piece without a label");
    b = (struct bytes){0};
    add_header(&b, "sentence", two_names, 2);
    add_map(&b, 1);
    add_str(&b, "id"), add_int(&b, UINT64_MAX);
    refuse(b, "record 1: no field 'ner_tags', only id; choose another");
    b = (struct bytes){0};
    add_header(&b, "sentence", two_names, 2);
    add_map(&b, 1);
    add_str(&b, "ner_tags"), add_str(&b, "B-X");
    refuse(b, "record 1: field 'ner_tags' is not an array of 32 bit integers");
}

/* A record {"id": ..., NAME: "x\xe9"} or {..., NAME: ["x", "x\xe9"]}, or with a name or an id that is not UTF-8. */
/* Strings are checked at any depth, also in fields that the reader has never heard of. */
static void strings_are_utf8(void **state)
{
    (void)state;
#define LONG "a very long word of more than 31 bytes "
    static const struct {
        const char *id, *field, *string[3], *message;
    } cases[] = {
        {"1", "x", {"\xc3\xa9", LONG "\xe2\x82\xac", "key"}, NULL},
        {"1", "x", {"", "a", ""}, NULL},
        {"1", "x", {"a", "ab\xe9", ""}, "record 1 (id 1): x[1]: invalid UTF-8 at byte 2"},
        {"1", "x", {"\xc3", "\xa9", ""}, "record 1 (id 1): x[0]: invalid UTF-8 at byte 0"}, /* a character in two words */
        {"1", "x", {"a", LONG "\xed\xa0\x80", ""}, "record 1 (id 1): x[1]: invalid UTF-8 at byte 39"},
        {"1", "x", {"a", "a", "\xc0\xaf"}, "record 1 (id 1): x holds a string that is not UTF-8"},
        {"1", "x", {"a", "a", LONG "\x80"}, "record 1 (id 1): x holds a string that is not UTF-8"},
        {"1", "\xff", {"a", "a", ""}, "record 1 (id 1): has a field whose name is not UTF-8"},
        {"caf\xe9", "x", {"a", "a", ""}, "record 1 (id caf\\xe9): id: invalid UTF-8 at byte 3"},
    };
#undef LONG
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct bytes b = minimal_header();
        add_map(&b, 2);
        add_str(&b, "id"), add_str(&b, cases[i].id), add_str(&b, cases[i].field);
        add_array(&b, 3), add_str(&b, cases[i].string[0]), add_str(&b, cases[i].string[1]);
        add_map(&b, 1), add_str(&b, cases[i].string[2]), add_array(&b, 1), add_str(&b, cases[i].string[2]);
        add_trailer(&b, 1);
        if (cases[i].message)
            refuse(b, cases[i].message);
        else {
            read_all(&b);
            free(b.data);
        }
    }
}

/* So are those of a header, of whatever key. */
static void strings_of_a_header_are_utf8(void **state)
{
    (void)state;
    for (int in_key = 0; in_key < 2; in_key++) {
        struct bytes b = {0};
        add_map(&b, 3);
        add_str(&b, "msgstream"), add_int(&b, 1), add_str(&b, "kind"), add_str(&b, "sentence");
        add_str(&b, "history"), add_array(&b, 1), add_map(&b, 1);
        add_str(&b, in_key ? "to\xffol" : "tool"), add_str(&b, in_key ? "x" : "\xe2\x82");
        add_trailer(&b, 0);
        refuse(b, "the stream's header: history holds a string that is not UTF-8");
    }
}

static void no_key_of_a_header_comes_twice(void **state)
{
    (void)state;
    static const char *const place[] = {"", ": labels", ": vocab"}, *const key[] = {"kind", "a", "size"};
    for (size_t i = 0; i < 3; i++) {
        char message[64];
        struct bytes b = {0};
        add_map(&b, 3);
        add_str(&b, "msgstream"), add_int(&b, 1), add_str(&b, "kind"), add_str(&b, "sentence");
        if (i == 0)
            add_str(&b, "kind"), add_str(&b, "batch");
        else {
            add_str(&b, i == 1 ? "labels" : "vocab"), add_map(&b, 2);
            for (int k = 0; k < 2; k++) {
                add_str(&b, key[i]);
                if (i == 1)
                    add_array(&b, 1), add_str(&b, "O");
                else
                    add_int(&b, 5);
            }
        }
        add_trailer(&b, 0);
        snprintf(message, sizeof message, "the stream's header%s has the key '%s' twice", place[i], key[i]);
        refuse(b, message);
    }
}

/* A long id is cut before a character, and what would act on a terminal is escaped. */
static void an_id_is_shown_as_text(void **state)
{
    (void)state;
    struct bytes b = {0};
    struct record r;
    char id[128], expected[160];
    memset(id, 'a', sizeof id);
    memcpy(id + 98, "\xe2\x82\xac", 4);
    add_map(&b, 1);
    add_str(&b, "id"), add_str(&b, id);
    record_index(&r, 7, (struct msg){b.data, b.data + b.n});
    snprintf(expected, sizeof expected, "record 7 (id %.98s)", id);
    assert_string_equal(record_name(&r), expected);
    b.n = 0;
    add_map(&b, 1);
    add_str(&b, "id"), add_str(&b, "a\x1b[1m");
    record_index(&r, 7, (struct msg){b.data, b.data + b.n});
    assert_string_equal(record_name(&r), "record 7 (id a\\x1b[1m)");
    free(b.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_small_stream_is_read),
        cmocka_unit_test(cut_at_every_byte_it_fails),
        cmocka_unit_test(each_byte_changed_never_crashes),
        cmocka_unit_test(random_records_never_crash),
        cmocka_unit_test(the_trailer_must_count),
        cmocka_unit_test(the_trailer_may_have_its_keys_in_any_order),
        cmocka_unit_test(a_missing_trailer_fails),
        cmocka_unit_test(nothing_but_a_header_may_follow_a_trailer),
        cmocka_unit_test(streams_concatenate),
        cmocka_unit_test(files_concatenate_and_each_needs_its_trailer),
        cmocka_unit_test(concatenated_streams_must_agree),
        cmocka_unit_test(garbage_is_named),
        cmocka_unit_test(the_wrong_kind_names_who_makes_the_right_one),
        cmocka_unit_test(lying_lengths_are_refused_at_once),
        cmocka_unit_test(a_record_has_at_most_64_fields),
        cmocka_unit_test(a_record_may_have_64_mebibytes_and_no_byte_more),
        cmocka_unit_test(tags_outside_the_inventory_are_named),
        cmocka_unit_test(strings_are_utf8),
        cmocka_unit_test(strings_of_a_header_are_utf8),
        cmocka_unit_test(no_key_of_a_header_comes_twice),
        cmocka_unit_test(an_id_is_shown_as_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
