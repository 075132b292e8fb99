/* test_tagging: records to tags: the words that there are, every piece by itself, and what does not fit together. tests/tools/
 * logit2tag.bats has the rules, the constraint and the threshold. */
#include "support/support.h"

#include <math.h>

#include "predict/tagging.h"

static char *names[] = {(char *)"O", (char *)"B-X", (char *)"I-X"};
static const struct label_set labels = {(char *)"logits", 3, names};
enum { NIL = MSG_INT_NIL, C = 3 };

struct sentence {
    size_t n_tokens, n;
    const int32_t *words;
    size_t columns;
    const float *logits;
};

static struct record make_record(const struct sentence *s, struct buffer *bytes)
{
    struct record r;
    pack_map(bytes, 2 + (s->n_tokens > 0));
    pack_string(bytes, "word_ids"), pack_ints(bytes, s->words, s->n);
    pack_string(bytes, "logits"), pack_array(bytes, s->n);
    for (size_t i = 0; i < s->n; i++)
        pack_floats(bytes, s->logits + i * s->columns, s->columns);
    if (s->n_tokens > 0) {
        pack_string(bytes, "tokens"), pack_array(bytes, s->n_tokens);
        for (size_t i = 0; i < s->n_tokens; i++)
            pack_string(bytes, "a");
    }
    record_index(&r, 1, packed_msg(bytes));
    return r;
}

static void tag_sentence(struct tagging *t, const struct sentence *s)
{
    struct buffer bytes = {0};
    struct record r = make_record(s, &bytes);
    tagging_record(t, &r);
    free(bytes.data);
}

static const float logits[][C] = {{9, 0, 0}, {1, 5, 2}, {7, 0, 0}, {0, 0, 4}, {9, 0, 0}};

static void a_record_gives_a_tag_for_each_word(void **state)
{
    (void)state;
    const int32_t words[] = {NIL, 0, 0, 2, NIL};
    struct tagging t = {.labels = &labels, .scheme = -1};
    tagging_init(&t);
    assert_int_equal(t.scheme, IOB2);
    tag_sentence(&t, &(struct sentence){4, 5, words, C, *logits}); /* words 1 and 3 have no piece */
    assert_int_equal(t.n_words, 4);
    assert_memory_equal(t.pred.data, ((int32_t[]){1, 0, 2, 0}), 4 * sizeof *t.pred.data);
    assert_true(fabs((double)t.score.data[0] - 0.9362396) < 1e-6 && isnan(t.score.data[1]) && isnan(t.score.data[3]));
    assert_int_equal(t.without, 2);
    tag_sentence(&t, &(struct sentence){0, 5, words, C, *logits}); /* a raw text: as many words as the ids tell of */
    assert_int_equal(t.n_words, 3);
    assert_int_equal(t.without, 3);
    tag_sentence(&t, &(struct sentence){0, 0, NULL, C, NULL});
    assert_int_equal(t.n_words, 0);
    tagging_free(&t);
}

static void every_piece_by_itself(void **state)
{
    (void)state;
    struct tagging t = {.labels = &labels, .scheme = -1, .unit = TAGGING_PIECE};
    tagging_init(&t);
    tag_sentence(&t, &(struct sentence){1, 5, (int32_t[]){NIL, 0, 0, 0, NIL}, C, *logits});
    assert_int_equal(t.n_words, 5);
    assert_memory_equal(t.pred.data, ((int32_t[]){0, 1, 0, 2, 0}), 5 * sizeof *t.pred.data);
    assert_int_equal(t.without, 0);
    tagging_free(&t);
}

struct attempt {
    struct tagging tagging;
    struct sentence sentence;
};

static void attempt(void *data)
{
    struct attempt *a = data;
    tagging_init(&a->tagging);
    tag_sentence(&a->tagging, &a->sentence);
    tagging_free(&a->tagging);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    static char *inside[] = {(char *)"I-X", (char *)"I-Y"}, *other[] = {(char *)"ADJ", (char *)"O"};
    static const struct label_set only_inside = {(char *)"logits", 2, inside}, parts = {(char *)"logits", 2, other}, none = {0};
    const float nan[] = {NAN, 0, 0, 0, 0, 0};
    const int32_t zero[] = {0, 0}, far[] = {1, 1};
    const struct attempt good = {{.labels = &labels, .scheme = -1}, {1, 2, zero, C, *logits}};
    struct attempt columns = good, words = good, number = good, piece = good, scheme = good, misfit = good, empty = good;
    columns.sentence.columns = 2;
    words.sentence.words = far;
    number.sentence.logits = piece.sentence.logits = nan;
    piece.tagging.unit = TAGGING_PIECE;
    scheme.tagging = (struct tagging){.labels = &only_inside, .scheme = IOE2, .constrained = true};
    scheme.sentence.columns = 2;
    misfit.tagging = (struct tagging){.labels = &parts, .scheme = -1, .constrained = true};
    empty.tagging.labels = &none;
    assert_dies(attempt, &columns, "record 1: logits are [2,2], for 2 pieces and 3 labels");
    assert_dies(attempt, &words, "record 1: word id 1 of 1 words");
    assert_dies(attempt, &number, "record 1: the logits of word 0 are not finite");
    assert_dies(attempt, &piece, "record 1: the logits of piece 0 are not finite");
    assert_dies(attempt, &scheme, "record 1: no sequence of these labels for 1 words keeps to the scheme");
    assert_dies(attempt, &misfit, "the label 'ADJ' is not a tag of iob2");
    assert_dies(attempt, &empty, "the stream's header names no label of 'logits'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_gives_a_tag_for_each_word),
        cmocka_unit_test(every_piece_by_itself),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
