/* test_encode: settings that go together and those that do not, and the rows of sentences with and without context. wptok.bats
 * and window.bats compare whole streams. */
#include "support/support.h"

#include "tokenizer/encode.h"

#define VOCAB "tests/golden/wptok/vocab.txt"
enum { VOCAB_SIZE = 737 };

/* A stream of n sentences of 5 pieces: ids 1, 2 .. 5, words 0 .. 4, in one document. */
static struct filter *open_sentences(size_t n)
{
    static const struct cli_option options[] = {{0}};
    static const struct cli cli = {"wptok", "", "[FILE...]", options, NULL};
    struct bytes b = {0};
    add_map(&b, 3);
    add_str(&b, "msgstream"), add_int(&b, 1);
    add_str(&b, "kind"), add_str(&b, "sentence");
    add_str(&b, "fields"), add_array(&b, 2), add_str(&b, "id"), add_str(&b, "doc");
    for (size_t i = 0; i < n; i++) {
        add_map(&b, 2);
        add_str(&b, "id"), add_int(&b, i);
        add_str(&b, "doc"), add_int(&b, 0);
    }
    add_trailer(&b, n);
    static char *argv[3] = {(char *)"wptok"}; /* the filter keeps its operands */
    argv[1] = (char *)temp_file("sentences", b.data, b.n);
    free(b.data);
    return filter_open(&cli, 2, argv, "sentence");
}

static void encode(void *data)
{
    struct encoder *e = data;
    static int32_t id[] = {1, 2, 3, 4, 5}, word[] = {0, 1, 2, 3, 4}, start[5], end[] = {1, 1, 1, 1, 1};
    const struct pieces pieces = {{id, 5, 5}, {word, 5, 5}, {start, 5, 5}, {end, 5, 5}};
    struct vocab *vocab = vocab_read_file(VOCAB);
    struct filter *f = open_sentences(3);
    e->vocab = vocab;
    encode_begin(e, f);
    for (struct record *r; (r = filter_next(f));)
        encode_record(e, f, r, &pieces);
    encode_end(e, f);
    filter_close(f);
    vocab_free(vocab);
}

/* The numbers of pieces of all rows, in order; 0 ends them. */
static void check_rows(struct encoder e, const size_t *expected)
{
    capture_begin();
    const char *message = death_of(encode, &e);
    struct bytes out = capture_end();
    assert_null(message);
    const char *const paths[] = {temp_file("rows", out.data, out.n), NULL};
    struct reader *in = reader_open(paths, "sentence");
    struct array_ints ids = {0}, words = {0};
    for (struct record *r; (r = reader_next(in)); expected++) {
        record_ints(r, "input_ids", &ids);
        record_ints(r, "word_ids", &words);
        assert_int_equal(ids.n, *expected);
        assert_int_equal(words.n, *expected);
        assert_true(record_find(r, "pieces").data && record_find(r, "offsets").data);
        assert_true((record_find(r, "window").data != NULL) == (e.overflow == ENCODE_WINDOW));
        assert_true((record_find(r, "attention_mask").data != NULL) == e.masks);
    }
    assert_int_equal(*expected, 0);
    assert_int_equal(reader_header(in)->vocab_size, VOCAB_SIZE);
    reader_close(in);
    free(ids.data);
    free(words.data);
    free(out.data);
}

static void rows_of_a_sentence(void **state)
{
    (void)state;
    check_rows((struct encoder){.stride = SIZE_MAX}, (size_t[]){7, 7, 7, 0});
    check_rows((struct encoder){.stride = SIZE_MAX, .max_pieces = 7, .masks = true}, (size_t[]){7, 7, 7, 0});
    check_rows((struct encoder){.stride = SIZE_MAX, .max_pieces = 5, .overflow = ENCODE_TRUNCATE}, (size_t[]){5, 5, 5, 0});
    check_rows((struct encoder){.stride = 0, .max_pieces = 5, .overflow = ENCODE_WINDOW}, (size_t[]){5, 4, 5, 4, 5, 4, 0});
    check_rows((struct encoder){.stride = SIZE_MAX, .context_pieces = 2}, (size_t[]){9, 11, 9, 0});
    check_rows((struct encoder){.stride = SIZE_MAX, .context_pieces = 2, .max_pieces = 9}, (size_t[]){9, 9, 9, 0});
}

static void what_is_cut_off_is_counted(void **state)
{
    (void)state;
    struct encoder e = {.stride = SIZE_MAX, .max_pieces = 5, .overflow = ENCODE_TRUNCATE};
    capture_begin();
    const char *message = death_of(encode, &e);
    free(capture_end().data);
    assert_null(message);
    assert_int_equal(e.cut_records, 3);
    assert_int_equal(e.cut_words, 6);
}

static void refuse(struct encoder e, const char *text)
{
    capture_begin();
    const char *message = death_of(encode, &e);
    free(capture_end().data);
    assert_died(message, text, __FILE__, __LINE__);
}

static void too_long_is_refused(void **state)
{
    (void)state;
    refuse((struct encoder){.stride = SIZE_MAX, .max_pieces = 6}, "record 1 (id 0): 7 pieces, the model takes 6; see --overflow");
}

static void strides_that_leave_no_window_are_refused(void **state)
{
    (void)state;
    refuse((struct encoder){.stride = 1, .max_pieces = 7}, "--stride goes with --overflow window");
    refuse((struct encoder){.stride = 0, .max_pieces = 2, .overflow = ENCODE_WINDOW},
           "--max-length 2 leaves no room for a window");
    refuse((struct encoder){.stride = 5, .max_pieces = 7, .overflow = ENCODE_WINDOW},
           "--stride 5: windows of 7 pieces with [CLS] and [SEP] can share 4 at most");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_of_a_sentence),
        cmocka_unit_test(what_is_cut_off_is_counted),
        cmocka_unit_test(too_long_is_refused),
        cmocka_unit_test(strides_that_leave_no_window_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
