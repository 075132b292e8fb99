/* test_align: labels of words on their pieces: by rule, in windows, and what does not fit together. */
#include "support/support.h"

#include "train/align.h"

static char *names[] = {(char *)"O", (char *)"B-X", (char *)"I-X", (char *)"B-Y"};
static const struct label_set labels = {(char *)"ner_tags", 4, names};
enum { NIL = MSG_INT_NIL };

/* A record of one window; the fields that are NULL are left out. */
struct sentence {
    struct array_ints words, tags;
    size_t n_tokens;
    int32_t window[2];
};
#define INTS(...)                                                                                                                \
    {                                                                                                                            \
        .data = (int32_t[]){__VA_ARGS__}, .n = sizeof(int32_t[]){__VA_ARGS__} / sizeof(int32_t)                                  \
    }

static struct record make_record(const struct sentence *s, struct buffer *bytes)
{
    struct record r;
    bytes->n = 0;
    pack_map(bytes, 3 + (s->n_tokens > 0));
    pack_string(bytes, "word_ids"), pack_ints(bytes, s->words.data, s->words.n);
    pack_string(bytes, "ner_tags"), pack_ints(bytes, s->tags.data, s->tags.n);
    pack_string(bytes, "window"), pack_ints(bytes, s->window, 2);
    if (s->n_tokens > 0) {
        pack_string(bytes, "tokens"), pack_array(bytes, s->n_tokens);
        for (size_t i = 0; i < s->n_tokens; i++)
            pack_string(bytes, "a");
    }
    record_index(&r, 1, packed_msg(bytes));
    return r;
}

static void check_pieces(struct aligner *a, const struct sentence *s, const int32_t *expected)
{
    struct buffer bytes = {0};
    struct record r = make_record(s, &bytes);
    align_record(a, &r);
    assert_int_equal(a->piece.n, s->words.n);
    assert_memory_equal(a->piece.data, expected, a->piece.n * sizeof *expected);
    free(bytes.data);
}

static void later_pieces_follow_the_rule(void **state)
{
    (void)state;
    static const int32_t expected[][6] = {
        [ALIGN_INSIDE] = {LABEL_NONE, 1, 2, 0, 3, LABEL_NONE},
        [ALIGN_FIRST] = {LABEL_NONE, 1, LABEL_NONE, 0, 3, LABEL_NONE},
        [ALIGN_ALL] = {LABEL_NONE, 1, 1, 0, 3, LABEL_NONE},
    };
    const struct sentence s = {INTS(NIL, 0, 0, 1, 3, NIL), INTS(1, 0, 2, 3), 4, {0, 1}};
    for (enum align_rule rule = ALIGN_INSIDE; rule <= ALIGN_ALL; rule++) {
        struct aligner a = aligner_new(rule, &labels);
        check_pieces(&a, &s, expected[rule]);
        assert_int_equal(a.without, 1);
        check_pieces(&a, &s, expected[rule]);
        assert_int_equal(a.without, 2);
        aligner_end(&a);
    }
}

static void inside_goes_by_name(void **state)
{
    (void)state;
    int32_t inside[4];
    align_inside(&labels, inside);
    assert_memory_equal(inside, ((int32_t[]){0, 2, 2, 3}), sizeof inside); /* no I-Y: B-Y stays */
    static const char *const bare[] = {"O", "B", "I", "B-"}, *const pos[] = {"O", "B", "I", "NN"};
    struct label_set set = {(char *)"x", 4, (char **)bare};
    align_inside(&set, inside);
    assert_memory_equal(inside, ((int32_t[]){0, 2, 2, 3}), sizeof inside);
    set.name = (char **)pos; /* names of parts of speech */
    align_inside(&set, inside);
    assert_memory_equal(inside, ((int32_t[]){0, 1, 2, 3}), sizeof inside);
}

/* A word that goes on in the next window has begun already; words without a piece are counted once. */
static void a_word_goes_on_in_the_next_window(void **state)
{
    (void)state;
    struct aligner a = aligner_new(ALIGN_INSIDE, &labels);
    const struct sentence first = {INTS(0, 1), INTS(0, 1, 0), 0, {0, 2}}, second = {INTS(NIL, 1, NIL), INTS(0, 1, 0), 0, {1, 2}};
    check_pieces(&a, &first, (int32_t[]){0, 1});
    assert_int_equal(a.without, 0);
    check_pieces(&a, &second, (int32_t[]){LABEL_NONE, 2, LABEL_NONE});
    assert_int_equal(a.without, 1);
    aligner_end(&a);
}

static void align_alone(void *data)
{
    struct buffer bytes = {0};
    struct record r = make_record(data, &bytes);
    struct aligner a = aligner_new(ALIGN_INSIDE, &labels);
    align_record(&a, &r);
    aligner_end(&a);
    free(bytes.data);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct sentence tokens = {INTS(0), INTS(0), 2, {0, 1}}, word = {INTS(0, 1), INTS(0), 1, {0, 1}};
    struct sentence tag = {INTS(0), INTS(4), 1, {0, 1}}, negative = {INTS(-1), INTS(0), 1, {0, 1}};
    struct sentence cut = {INTS(0), INTS(0), 1, {0, 2}}, late = {INTS(0), INTS(0), 1, {1, 2}};
    assert_dies(align_alone, &tokens, "record 1: 1 tags in ner_tags for 2 words");
    assert_dies(align_alone, &word, "record 1: a word id is outside of the 1 words in ner_tags");
    assert_dies(align_alone, &negative, "record 1: a word id is outside of the 1 words in ner_tags");
    assert_dies(align_alone, &tag, "record 1: ner_tags[0] is 4");
    assert_dies(align_alone, &cut, "ends before window 2 of 2");
    assert_dies(align_alone, &late, "window 2 of 2 stands where a first window should");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_pieces_follow_the_rule),
        cmocka_unit_test(inside_goes_by_name),
        cmocka_unit_test(a_word_goes_on_in_the_next_window),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
