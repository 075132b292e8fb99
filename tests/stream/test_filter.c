/* test_filter: what a filter passes on, and what a writer writes. */
#include "support/support.h"

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

static void unknown_things_pass_byte_for_byte(void **state)
{
    (void)state;
    /* Not the shortest forms, so that decoding and encoding again would show. */
    static const char extra[] = "a1 78 cd 00 05", unknown[] = "83 a1 71 d9 01 61 a1 72 c7 02 05 ff ee a1 73 de 00 01 a1 6b cb"
                                                              "3f f0 00 00 00 00 00 00";
    struct bytes b = {0}, x = {0}, r = {0};
    add_hex(&x, extra);
    add_hex(&r, unknown);
    add_map(&b, 3);
    add_str(&b, "msgstream"), add_int(&b, 1), add_str(&b, "kind"), add_str(&b, "sentence");
    add_bytes(&b, x.data, x.n);
    add_bytes(&b, r.data, r.n);
    add_trailer(&b, 1);
    struct bytes out = filtered(b, "z");
    assert_true(has_bytes(out.data, out.n, x.data, x.n));
    struct bytes expected = {0};
    add_hex(&expected, "84");
    add_bytes(&expected, r.data + 1, r.n - 1);
    add_hex(&expected, "a1 7a 07");
    add_trailer(&expected, 1);
    assert_true(out.n > expected.n);
    assert_memory_equal(out.data + out.n - expected.n, expected.data, expected.n);
    free(b.data), free(x.data), free(r.data), free(out.data), free(expected.data);
}

static void growing_replaces_a_field_of_the_same_name(void **state)
{
    (void)state;
    static const char *const places[] = {"first", "middle", "last"};
    for (size_t i = 0; i < 3; i++) {
        struct bytes b = minimal_header(), expected = {0};
        add_hex(&b, "83 a5 66 69 72 73 74 01 a6 6d 69 64 64 6c 65 92 01 02 a4 6c 61 73 74 c0");
        add_trailer(&b, 1);
        struct bytes out = filtered(b, places[i]);
        add_map(&expected, 3);
        if (i != 0)
            add_str(&expected, "first"), add_int(&expected, 1);
        if (i != 1)
            add_str(&expected, "middle"), add_hex(&expected, "92 01 02");
        if (i != 2)
            add_str(&expected, "last"), add_hex(&expected, "c0");
        add_str(&expected, places[i]), add_int(&expected, 7);
        add_trailer(&expected, 1);
        assert_memory_equal(out.data + out.n - expected.n, expected.data, expected.n);
        free(b.data), free(out.data), free(expected.data);
    }
}

static void a_header_survives_the_trip(void **state)
{
    (void)state;
    struct header *h = header_new("sentence");
    header_add_field(h, "id");
    header_add_field(h, "ner_tags");
    header_add_field(h, "id");
    header_set_labels(h, "ner_tags", 2, two_names);
    header_set_labels(h, "pos_tags", 0, NULL);
    header_set_vocab(h, 28996, "abcdef");
    header_set_spelling(h, HEADER_SPELLING_METASPACE, str_of("<unk>"));
    header_set_int(h, "epoch", 3);
    header_set_int(h, "seed", -4000000000);
    header_add_history(h, "test", "1", 2, two_names);
    capture_begin();
    writer_close(writer_open(h));
    struct bytes b = capture_end();
    const char *const paths[] = {temp_file("in", b.data, b.n), NULL};
    struct reader *r = reader_open(paths, "sentence");
    const struct header *got = reader_header(r);
    int64_t value;
    assert_int_equal(got->n_fields, 2);
    assert_true(header_has_field(got, "ner_tags") && !header_has_field(got, "labels"));
    assert_int_equal(got->n_label_sets, 2);
    assert_int_equal(label_set_find(header_labels(got, "ner_tags"), (struct str){"B-X", 3}), 1);
    assert_int_equal(label_set_find(header_labels(got, "ner_tags"), (struct str){"B-", 2}), -1);
    assert_int_equal(header_labels(got, "pos_tags")->n, 0);
    assert_null(header_labels(got, "labels"));
    assert_int_equal(got->vocab_size, 28996);
    assert_string_equal(got->vocab_hash, "abcdef");
    assert_int_equal(header_spelling(got), HEADER_SPELLING_METASPACE);
    assert_string_equal(header_unk(got), "<unk>");
    assert_true(header_int(got, "epoch", &value) && value == 3);
    assert_true(header_int(got, "seed", &value) && value == -4000000000);
    assert_false(header_int(got, "none", &value));
    assert_int_equal(got->n_history, 1);
    assert_null(reader_next(r));
    reader_close(r);
    header_free(h);
    free(b.data);
}

/* What differs from BERT's is written, and nothing else. */
static void spelling_of_pieces(void **state)
{
    (void)state;
    static const struct {
        enum header_spelling spelling;
        const char *unk, *name;
        size_t keys;
        int32_t pad;
    } each[] = {
        {HEADER_SPELLING_WORDPIECE, "[UNK]", "wordpiece", 2, 0},
        {HEADER_SPELLING_WORDPIECE, "", "wordpiece", 3, -1},
        {HEADER_SPELLING_BYTE_LEVEL, "[UNK]", "byte-level", 4, 1},
        {HEADER_SPELLING_METASPACE, "<unk>", "metaspace", 5, 1},
        {HEADER_SPELLING_METASPACE_BARE, "<unk>", "metaspace-bare", 5, INT32_MAX},
        {HEADER_SPELLING_WORDPIECE_RAW, "[UNK]", "wordpiece-raw", 3, 0},
        {HEADER_SPELLING_WORDPIECE_SPACED, "[UNK]", "wordpiece-spaced", 3, 0},
        {HEADER_SPELLING_SPACED, "", "spaced", 4, 0},
    };
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct header *h = header_new("sentence");
        struct buffer packed = {0}, again = {0};
        header_add_field(h, "id");
        header_set_vocab(h, 5, "ab");
        header_set_spelling(h, each[i].spelling, str_of(each[i].unk));
        header_set_pad(h, each[i].pad);
        header_pack(&packed, h);
        struct header *read = header_parse(packed_msg(&packed)), *copy = header_copy(read);
        assert_int_equal(header_spelling(copy), each[i].spelling);
        assert_string_equal(header_spelling_name(copy), each[i].name);
        assert_string_equal(header_unk(copy), each[i].unk);
        assert_int_equal((copy->spelling != NULL) + (copy->unk != NULL) + (copy->pad != 0) + 2, each[i].keys);
        assert_int_equal(copy->pad, each[i].pad < 0 ? 0 : each[i].pad);
        header_pack(&again, copy);
        assert_int_equal(packed.n, again.n);
        assert_memory_equal(packed.data, again.data, packed.n);
        header_free(h), header_free(read), header_free(copy);
        free(packed.data), free(again.data);
    }
}

static void ask_spelling(void *header)
{
    header_spelling(header);
}

/* It travels; only a tool that reads pieces refuses it. */
static void an_unknown_spelling_is_named(void **state)
{
    (void)state;
    struct header *h = header_new("sentence");
    h->spelling = xstrdup("runes\n");
    struct header *copy = header_copy(h);
    assert_dies(ask_spelling, copy,
                "of a kind that is not known here: 'runes\\n'; known are wordpiece, byte-level, metaspace, metaspace-bare, "
                "wordpiece-raw, wordpiece-spaced and spaced");
    header_free(h), header_free(copy);
}

/* A script's header may leave out all but msgstream and kind; then nothing is known to be missing, here and further on. */
static void need_tokens(void *data)
{
    struct bytes *b = data;
    const char *const paths[] = {temp_file("in", b->data, b->n), NULL};
    struct reader *r = reader_open(paths, "sentence");
    reader_need(r, "tokens");
    reader_close(r);
}

static void a_header_by_hand_is_as_good(void **state)
{
    (void)state;
    struct bytes b = minimal_header();
    add_hex(&b, "81 a6 74 6f 6b 65 6e 73 91 a2 45 55");
    add_trailer(&b, 1);
    struct bytes once = filtered(b, "added"), twice = filtered(once, "more");
    need_tokens(&b);
    need_tokens(&twice);
    struct bytes named = small_stream();
    assert_dies(need_tokens, &named, "the stream has no field 'tokens', only id, ner_tags; conll2msg writes it");
    free(b.data), free(once.data), free(twice.data), free(named.data);
}

static void too_many_fields(void *data)
{
    (void)data;
    static const char *const list[] = {"a", NULL};
    struct header *h = header_new("sentence");
    struct writer *w = writer_open(h);
    writer_begin(w, NULL, list);
    pack_nil(writer_key(w, (struct str){"a", 1}));
    pack_nil(writer_key(w, (struct str){"b", 1}));
}

static void too_few_fields(void *data)
{
    (void)data;
    static const char *const list[] = {"a", "b", NULL};
    struct writer *w = writer_open(header_new("sentence"));
    writer_begin(w, NULL, list);
    pack_nil(writer_key(w, (struct str){"a", 1}));
    writer_end(w);
}

static void a_writer_checks_what_was_announced(void **state)
{
    (void)state;
    capture_begin();
    const char *message = death_of(too_many_fields, NULL);
    free(capture_end().data);
    assert_died(message, "more fields than were to be added: 'b'", __FILE__, __LINE__);
    capture_begin();
    message = death_of(too_few_fields, NULL);
    free(capture_end().data);
    assert_died(message, "lacks 1 of the fields", __FILE__, __LINE__);
}

/* Whatever number is put, the bytes are those of the shortest form, and the number comes back. */
static void numbers_come_back(void **state)
{
    (void)state;
    static const char *const list[] = {"i", "f", NULL};
    static const int32_t numbers[] = {0,   1,   127,  128,  255,  256,    65535,  65536,         INT32_MAX,  -1,
                                      -32, -33, -100, -128, -129, -32768, -32769, INT32_MIN + 1, MSG_INT_NIL};
    static const float reals[] = {0, -0.0f, 1.5f, 3.4028235e38f, 1e-45f};
    enum { N = sizeof numbers / sizeof *numbers, M = sizeof reals / sizeof *reals };
    capture_begin();
    struct header *h = header_new("sentence");
    struct writer *w = writer_open(h);
    writer_begin(w, NULL, list);
    pack_ints(writer_key(w, (struct str){"i", 1}), numbers, N);
    struct buffer *to = writer_key(w, (struct str){"f", 1});
    pack_array(to, 1);
    pack_floats(to, reals, M);
    writer_end(w);
    writer_close(w);
    struct bytes b = capture_end();
    const char *const paths[] = {temp_file("in", b.data, b.n), NULL};
    struct reader *r = reader_open(paths, "sentence");
    struct record *record = reader_next(r);
    struct array_ints ints = {0};
    struct array_floats floats = {0};
    size_t rows, columns;
    record_ints(record, "i", &ints);
    assert_int_equal(ints.n, N);
    assert_memory_equal(ints.data, numbers, sizeof numbers);
    record_matrix(record, "f", &floats, &rows, &columns);
    assert_int_equal(rows, 1);
    assert_int_equal(columns, M);
    assert_memory_equal(floats.data, reals, sizeof reals);
    struct bytes shortest = {0};
    add_hex(&shortest, "dc 00 13 00 01 7f cc 80 cc ff cd 01 00 cd ff ff ce 00 01 00 00 ce 7f ff ff ff ff e0 d0 df d0 9c d0 80"
                       "d1 ff 7f d1 80 00 d2 ff ff 7f ff d2 80 00 00 01 c0");
    struct msg written = record_find(record, "i");
    assert_bytes((struct bytes){(uint8_t *)(uintptr_t)written.data, (size_t)(written.end - written.data), 0}, shortest);
    reader_close(r);
    header_free(h);
    free(ints.data), free(floats.data), free(b.data), free(shortest.data);
}

/* A record that went in at the left comes out at the right while the left end is still open. */
static void a_filter_is_prompt(void **state)
{
    (void)state;
    int in[2], out[2];
    struct bytes b = small_stream();
    assert_int_equal(pipe(in) | pipe(out), 0);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        dup2(in[0], STDIN_FILENO), dup2(out[1], STDOUT_FILENO);
        close(in[1]), close(out[0]);
        filter_paths = NULL;
        filter_added = "new";
        run_filter(NULL);
        _exit(0);
    }
    close(in[0]), close(out[1]);
    struct bytes trailer = {0};
    add_trailer(&trailer, 2);
    size_t first = b.n - trailer.n;
    assert_int_equal(write(in[1], b.data, first), first);
    uint8_t got[4096];
    size_t n = 0;
    while (!has_bytes(got, n, "\x92\1\0\xa3new\7", 8) || !has_bytes(got, n, "\xcf\0\0\0\0\0\0\1\x2c", 9)) { /* id 300 */
        struct pollfd p = {.fd = out[0], .events = POLLIN};
        assert_int_equal(poll(&p, 1, 10000), 1);
        ssize_t more = read(out[0], got + n, sizeof got - n);
        assert_true(more > 0);
        n += (size_t)more;
    }
    assert_int_equal(write(in[1], b.data + first, trailer.n), trailer.n);
    close(in[1]);
    while (read(out[0], got, sizeof got) > 0)
        ;
    int status;
    waitpid(child, &status, 0);
    assert_int_equal(status, 0);
    close(out[0]);
    free(b.data), free(trailer.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unknown_things_pass_byte_for_byte),
        cmocka_unit_test(growing_replaces_a_field_of_the_same_name),
        cmocka_unit_test(a_header_survives_the_trip),
        cmocka_unit_test(spelling_of_pieces),
        cmocka_unit_test(an_unknown_spelling_is_named),
        cmocka_unit_test(a_header_by_hand_is_as_good),
        cmocka_unit_test(a_writer_checks_what_was_announced),
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(a_filter_is_prompt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
