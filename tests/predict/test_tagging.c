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
    assert_memory_equal(t.pred.data, ((int32_t[]){1, 2, 2, 0}), 4 * sizeof *t.pred.data); /* word 3 was cut off */
    assert_true(fabs((double)t.score.data[0] - 0.9362396) < 1e-6 && isnan(t.score.data[1]) && isnan(t.score.data[3]));
    assert_int_equal(t.without, 2);
    assert_int_equal(t.continued, 1);
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

/* Sentences as text: a tag is a word of one piece, for which that tag has the logit 9; a point is a word without a piece, of
 * which a tokenizer makes none; x is one that was cut off. */
static const char *tags_of(const char *label_names, const char *sentence, bool constrained, double threshold)
{
    static char text[200];
    char *name[8], copy[2][100];
    struct label_set set = {(char *)"logits", 0, name};
    snprintf(copy[0], sizeof copy[0], "%s", label_names);
    for (char *at = strtok(copy[0], " "); at; at = strtok(NULL, " "))
        name[set.n++] = at;
    struct tagging t = {.labels = &set, .scheme = -1, .constrained = constrained, .threshold = threshold};
    struct buffer bytes = {0}, words = {0}, values = {0};
    int32_t word[16];
    size_t n_words = 0, n = 0;
    snprintf(copy[1], sizeof copy[1], "%s", sentence);
    for (char *at = strtok(copy[1], " "); at; at = strtok(NULL, " "), n_words++) {
        bool gap = strcmp(at, ".") == 0, cut = strcmp(at, "x") == 0;
        pack_string(&words, gap ? "\xe2\x80\x8b" : "a");
        if (gap || cut)
            continue;
        float row[8] = {0};
        row[label_set_find(&set, str_of(at))] = 9;
        pack_floats(&values, row, set.n);
        word[n++] = (int32_t)n_words;
    }
    pack_map(&bytes, 3);
    pack_string(&bytes, "word_ids"), pack_ints(&bytes, word, n);
    pack_string(&bytes, "logits"), pack_array(&bytes, n), pack_raw(&bytes, packed_msg(&values));
    pack_string(&bytes, "tokens"), pack_array(&bytes, n_words), pack_raw(&bytes, packed_msg(&words));
    struct record r;
    record_index(&r, 1, packed_msg(&bytes));
    tagging_init(&t);
    tagging_record(&t, &r);
    text[0] = 0;
    for (size_t i = 0; i < t.n_words; i++)
        snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", set.name[t.pred.data[i]]);
    tagging_free(&t);
    free(bytes.data), free(words.data), free(values.data);
    return text;
}

static void a_word_without_a_piece_continues_the_one_before(void **state)
{
    (void)state;
    static const char iob[] = "O B-X I-X B-Y", iobes[] = "O B-X I-X E-X S-X", ioe[] = "O I-X E-X", pos[] = "NN VB",
                      obj[] = "O OBJ";
    static const struct {
        const char *labels, *in, *free, *constrained; /* constrained: NULL if the labels are of no scheme */
    } cases[] = {
        {iob, "B-X . I-X", "B-X I-X I-X", "B-X I-X I-X"},
        {iob, "B-X . . O", "B-X I-X I-X O", "B-X I-X I-X O"},
        {iob, "B-X . B-X", "B-X I-X B-X", "B-X I-X B-X"},
        {iob, "O . B-X", "O O B-X", "O O B-X"},
        {iob, ". B-X .", "O B-X I-X", "O B-X I-X"},
        {iob, "B-Y . O", "B-Y O O", "B-Y O O"}, /* there is no I-Y */
        {iob, "B-X x x", "B-X O O", "B-X O O"},
        {iob, "B-X . x .", "B-X I-X O O", "B-X I-X O O"},
        {iob, ". .", "O O", "O O"},
        {iobes, "B-X . E-X", "B-X I-X E-X", "B-X I-X E-X"},
        {"O B-X M-X E-X S-X", "B-X . E-X", "B-X M-X E-X", "B-X M-X E-X"},
        {iobes, "E-X . S-X", "E-X O S-X", NULL},
        {iobes, "S-X . O", "S-X O O", "S-X O O"},
        {iobes, "S-X .", "S-X O", "S-X O"},
        {iobes, "B-X E-X x", "B-X E-X O", "B-X E-X O"},
        {ioe, "I-X . E-X", "I-X I-X E-X", "I-X I-X E-X"},
        {ioe, "E-X . E-X", "E-X O E-X", "E-X O E-X"},
        {"O B I", "B . I", "B I I", "B I I"},
        {"O B- I-", "B- . O", "B- I- O", "B- I- O"},
        {pos, "NN . VB .", "NN NN VB VB", NULL},
        {pos, ". VB x", "NN VB NN", NULL},
        {"B I NN", "B . I", "B B I", NULL},
        {obj, "OBJ . O .", "OBJ OBJ O O", NULL},
        {"O B-X I-X OBJ", "B-X . OBJ .", "B-X I-X OBJ OBJ", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_string_equal(tags_of(cases[i].labels, cases[i].in, false, 0), cases[i].free);
        if (cases[i].constrained)
            assert_string_equal(tags_of(cases[i].labels, cases[i].in, true, 0), cases[i].constrained);
    }
    /* an entity must end before the word that was cut off, or at the end of the sentence */
    assert_string_equal(tags_of(iobes, "B-X x", true, 0), "O O");
    assert_string_equal(tags_of(iobes, "B-X .", true, 0), "O O");
    /* the words without a piece have no score, and become O with their entity */
    assert_string_equal(tags_of(iob, "B-X . I-X O", false, 0.99), "B-X I-X I-X O");
    assert_string_equal(tags_of(iob, "B-X . I-X O", false, 0.9999), "O O O O");
    assert_string_equal(tags_of(obj, "OBJ . OBJ", false, 0.9999), "O O O");
    assert_string_equal(tags_of(iob, "B-X . I-X O", true, 0.9999), "O O O O");
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
    assert_dies(attempt, &number, "record 1: logits[0][0] is not a number (NaN)");
    assert_dies(attempt, &piece, "record 1: logits[0][0] is not a number (NaN)");
    assert_dies(attempt, &scheme, "record 1: no sequence of these labels for 1 words keeps to the scheme");
    assert_dies(attempt, &misfit, "the label 'ADJ' is not a tag of iob2");
    assert_dies(attempt, &empty, "the stream's header names no label of 'logits'");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_gives_a_tag_for_each_word),
        cmocka_unit_test(every_piece_by_itself),
        cmocka_unit_test(a_word_without_a_piece_continues_the_one_before),
        cmocka_unit_test(what_does_not_fit_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
