/* test_aggregate: records to entities: places in a text and in joined words, what is ignored, what is written, and what does not
 * fit together. tests/tools/logit2span.bats compares with transformers. */
#include "support/support.h"

#include "predict/aggregate.h"

static char *names[] = {(char *)"O", (char *)"B-X", (char *)"I-X"};
static const struct label_set labels = {(char *)"logits", 3, names};
enum { NIL = MSG_INT_NIL, C = 3 };

/* "Zoé im Zoo": [CLS] Zo ##é im Zoo [SEP], Zoé and Zoo are entities. Offsets of words begin anew in each word. */
struct sentence {
    const char *text;
    size_t n_tokens;
    const char *const *token;
    const int32_t *offset;
    size_t columns;
};
enum { PIECES = 6 };
static const int32_t word_ids[PIECES] = {NIL, 0, 0, 1, 2, NIL};
static const char *const pieces[PIECES] = {"[CLS]", "Zo", "##\xc3\xa9", "im", "Zoo", "[SEP]"};
static const char *const tokens[] = {"Zo\xc3\xa9", "im", "Zoo"};
static const int32_t in_text[PIECES][2] = {{0, 0}, {0, 2}, {2, 3}, {4, 6}, {7, 10}, {0, 0}};
static const int32_t in_words[PIECES][2] = {{0, 0}, {0, 2}, {2, 3}, {0, 2}, {0, 3}, {0, 0}};
static const float logits[PIECES][C] = {{9, 0, 0}, {0, 5, 0}, {0, 0, 5}, {5, 0, 0}, {0, 5, 0}, {9, 0, 0}};
static const struct sentence text = {"Zo\xc3\xa9 im Zoo", 0, NULL, *in_text, C};
static const struct sentence words = {NULL, 3, tokens, *in_words, C};

static void pack_names_of(struct buffer *to, const char *field, const char *const *name, size_t n)
{
    pack_string(to, field), pack_array(to, n);
    for (size_t i = 0; i < n; i++)
        pack_string(to, name[i]);
}

static struct record make_record(const struct sentence *s, struct buffer *to)
{
    struct record r;
    pack_map(to, 5);
    pack_string(to, "word_ids"), pack_ints(to, word_ids, PIECES);
    pack_names_of(to, "pieces", pieces, PIECES);
    pack_string(to, "offsets"), pack_array(to, PIECES);
    for (size_t i = 0; i < PIECES; i++)
        pack_ints(to, s->offset + 2 * i, 2);
    pack_string(to, "logits"), pack_array(to, PIECES);
    for (size_t i = 0; i < PIECES; i++)
        pack_floats(to, logits[i], s->columns);
    if (s->text)
        pack_string(to, "text"), pack_string(to, s->text);
    else
        pack_names_of(to, "tokens", s->token, s->n_tokens);
    record_index(&r, 1, packed_msg(to));
    return r;
}

static struct aggregator aggregate(const struct sentence *s, enum aggregation aggregation, const char *ignored,
                                   const char *delimiter)
{
    struct buffer bytes = {0};
    struct record r = make_record(s, &bytes);
    struct aggregator a = {
        .aggregation = aggregation, .labels = &labels, .ignored = ignored, .delimiter = delimiter, .unk = "[UNK]"};
    aggregate_record(&a, &r);
    free(bytes.data);
    return a;
}

static void check_span(const struct aggregator *a, size_t i, const char *label, const char *word, int32_t start, int32_t end)
{
    const struct aggregate_span *s = &a->spans.data[i];
    assert_true(i < a->spans.n && str_is(s->label, label)
                && str_is((struct str){a->spans.text.data + s->word, s->word_size}, word));
    assert_int_equal(s->start, start);
    assert_int_equal(s->end, end);
}

static void places_in_texts_and_words(void **state)
{
    (void)state;
    const struct {
        const struct sentence *sentence;
        const char *delimiter;
        int32_t zoo;
    } each[] = {
        {&text, " ", 7},
        {&words, " ", 7},
        {&words, "", 5},
        {&words, "\xe2\x80\xa8\xe2\x80\xa8", 9},
    };
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct aggregator a = aggregate(each[i].sentence, AGGREGATE_FIRST, "O", each[i].delimiter);
        assert_int_equal(a.spans.n, 2);
        check_span(&a, 0, "X", "Zo\xc3\xa9", 0, 3);
        check_span(&a, 1, "X", "Zoo", each[i].zoo, each[i].zoo + 3);
        assert_int_equal(a.spans.data[1].first_word, 2);
        aggregate_end(&a);
    }
}

static void ignored_labels_are_left_out(void **state)
{
    (void)state;
    const struct {
        const char *ignored;
        size_t left;
    } each[] = {{"", 4}, {"O", 3}, {"O,B-X", 1}, {"B-X,I-X,O", 0}, {"X,B-", 4}};
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct aggregator a = aggregate(&text, AGGREGATE_NONE, each[i].ignored, " ");
        assert_int_equal(a.spans.n, each[i].left);
        aggregate_end(&a);
    }
}

/* Pipeline knows the prefixes B- and I- alone: B and I are two types, B- and I- have an empty one (measured with transformers
 * 5.23). */
static void tags_without_a_type(void **state)
{
    (void)state;
    static const struct {
        const char *begin, *inside;
        size_t n;
        const char *first, *second;
    } each[] = {{"B", "I", 3, "B", "I"}, {"B-", "I-", 2, "", ""}};
    for (size_t i = 0; i < 2; i++) {
        char *bare[] = {(char *)"O", (char *)each[i].begin, (char *)each[i].inside};
        const struct label_set set = {(char *)"logits", 3, bare};
        struct buffer bytes = {0};
        struct record r = make_record(&text, &bytes);
        struct aggregator a = {.aggregation = AGGREGATE_SIMPLE, .labels = &set, .ignored = "O", .delimiter = " ", .unk = "[UNK]"};
        aggregate_record(&a, &r);
        assert_int_equal(a.spans.n, each[i].n);
        assert_true(str_is(a.spans.data[0].label, each[i].first) && str_is(a.spans.data[1].label, each[i].second));
        aggregate_end(&a);
        free(bytes.data);
    }
}

/* "a b ##c d e": the best labels of its pieces, and the entities. The pipeline's where the labels are IOB's or of no scheme. */
static void entities_of_every_scheme(void **state)
{
    (void)state;
    enum { N = 5, LABELS_MAX = 8 };
    static const struct {
        const char *labels, *best;
        enum aggregation aggregation;
        const char *entities;
    } each[] = {
        {"O B-X E-X S-X", "B-X E-X E-X S-X O", AGGREGATE_FIRST, "X:a bc X:d "},
        {"O B-X E-X S-X", "B-X E-X O S-X O", AGGREGATE_MAX, "X:a bc X:d "},
        {"O B-X E-X S-X", "B-X E-X E-X S-X O", AGGREGATE_SIMPLE, "X:a bc X:d "},
        {"O B-X E-X S-X", "B-X E-X E-X S-X O", AGGREGATE_NONE, "B-X:a E-X:b E-X:##c S-X:d "},
        {"O B-X E-X S-X", "S-X S-X S-X B-X E-X", AGGREGATE_SIMPLE, "X:a X:bc X:d e "},
        {"O B-X I-X E-X", "B-X I-X I-X E-X E-X", AGGREGATE_FIRST, "X:a bc d X:e "},
        {"O B-X L-X U-X", "U-X U-X U-X B-X L-X", AGGREGATE_AVERAGE, "X:a X:bc X:d e "},
        {"O B-X M-X E-X S-X", "B-X M-X M-X M-X E-X", AGGREGATE_FIRST, "X:a bc d e "},
        {"O B-X M-X E-X E-Y", "B-X M-X M-X E-Y E-X", AGGREGATE_SIMPLE, "X:a bc Y:d X:e "},
        {"O I-X E-X", "I-X E-X E-X I-X E-X", AGGREGATE_SIMPLE, "X:a bc X:d e "},
        {"O B I", "B I I O B", AGGREGATE_FIRST, "_:a bc _:e "},
        {"O B I", "B I I O B", AGGREGATE_SIMPLE, "B:a I:bc B:e "},
        {"O B E S", "B E E S O", AGGREGATE_SIMPLE, "_:a bc _:d "},
        {"O B-X I-X", "B-X I-X I-X B-X I-X", AGGREGATE_FIRST, "X:a bc X:d e "},
        {"O B-X I-X", "I-X B-X B-X I-X I-X", AGGREGATE_SIMPLE, "X:a X:b X:##c d e "},
        {"O B-X E-X NN", "B-X E-X E-X NN NN", AGGREGATE_SIMPLE, "X:a X:bc NN:d e "},
    };
    static const int32_t word[N] = {0, 1, 1, 2, 3}, start[N] = {0, 2, 3, 5, 7}, end[N] = {1, 3, 4, 6, 8};
    static const struct str piece[N] = {{"a", 1}, {"b", 1}, {"##c", 3}, {"d", 1}, {"e", 1}};
    static const size_t byte_at[] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    for (size_t k = 0; k < sizeof each / sizeof *each; k++) {
        char *name[LABELS_MAX], list[64];
        struct label_set set = {(char *)"logits", 0, name};
        strcpy(list, each[k].labels);
        for (char *at = strtok(list, " "); at; at = strtok(NULL, " "))
            name[set.n++] = at;
        float probability[N * LABELS_MAX];
        const char *at = each[k].best;
        for (size_t i = 0; i < N; i++, at += strcspn(at, " "), at += *at == ' ')
            for (size_t c = 0; c < set.n; c++)
                probability[i * set.n + c] =
                    (int)c == label_set_find(&set, (struct str){at, strcspn(at, " ")}) ? 0.75f - 0.1f * (i == 2) : 0.01f;
        struct aggregate_input in = {{"a bc d e", 8},           byte_at,      8,           N,    word, start, end, piece,
                                     HEADER_SPELLING_WORDPIECE, {"[UNK]", 5}, probability, set.n};
        struct aggregate_spans spans = {0};
        aggregate_find(each[k].aggregation, &in, &set, &spans);
        struct buffer got = {0};
        for (size_t i = 0; i < spans.n; i++)
            if (!str_is(spans.data[i].label, "O"))
                buffer_format(&got, "%.*s:%.*s ", (int)spans.data[i].label.size, spans.data[i].label.data,
                              (int)spans.data[i].word_size, spans.text.data + spans.data[i].word);
        buffer_add(&got, "", 1);
        assert_string_equal(got.data, each[k].entities);
        free(got.data);
        aggregate_free(&spans);
    }
}

static void entities_are_written_with_the_keys_of_pipeline(void **state)
{
    (void)state;
    static const char *const keys[][10] = {
        {"entity", "score", "index", "word", "start", "end", "start_byte", "end_byte", "start_word", "end_word"},
        {"entity_group", "score", "word", "start", "end", "start_byte", "end_byte", "start_word", "end_word"},
    };
    for (size_t grouped = 0; grouped < 2; grouped++) {
        struct aggregator a = aggregate(&text, grouped ? AGGREGATE_SIMPLE : AGGREGATE_NONE, "O,I-X", " ");
        struct buffer bytes = {0};
        aggregate_pack(&a, &bytes);
        struct msg cursor = packed_msg(&bytes);
        size_t n, n_keys;
        assert_true(msg_array(&cursor, &n) && n == 2);
        for (size_t i = 0; i < n; i++) {
            assert_true(msg_map(&cursor, &n_keys) && n_keys == 10 - grouped);
            int64_t value = -1;
            for (size_t k = 0; k < n_keys; k++) {
                struct str key;
                assert_true(msg_str(&cursor, &key) && str_is(key, keys[grouped][k]));
                if (!msg_int(&cursor, &value))
                    msg_value(&cursor);
                if (str_is(key, "start_byte")) /* two bytes of é */
                    assert_int_equal(value, i == 0 ? 0 : 8);
            }
            assert_int_equal(value, i == 0 ? 1 : 3); /* end_word */
        }
        assert_ptr_equal(cursor.data, cursor.end);
        free(bytes.data);
        aggregate_end(&a);
    }
}

static void aggregate_alone(void *data)
{
    struct aggregator a = aggregate(data, AGGREGATE_SIMPLE, "O", " ");
    aggregate_end(&a);
}

static void what_does_not_fit_is_refused(void **state)
{
    (void)state;
    struct sentence columns = text, short_text = text, few = words, backwards = text, negative = words;
    columns.columns = 2;
    short_text.text = "Zo\xc3\xa9 im Z";
    few.n_tokens = 2;
    int32_t offset[2 * PIECES], below[2 * PIECES];
    memcpy(offset, in_text, sizeof offset);
    memcpy(below, in_words, sizeof below);
    offset[3] = -1;
    below[6] = -1;
    backwards.offset = offset;
    negative.offset = below;
    assert_dies(aggregate_alone, &columns, "record 1: logits are [6,2], for 6 word ids, 6 pieces and 3 labels");
    assert_dies(aggregate_alone, &short_text, "record 1: piece 4 lies at 7..10 of a text of 8 code points");
    assert_dies(aggregate_alone, &few, "record 1: word id 2 of 2 words");
    assert_dies(aggregate_alone, &backwards, "record 1: piece 1 lies at 0..-1 of a text of 10 code points");
    assert_dies(aggregate_alone, &negative, "record 1: piece 3 lies at 3..6 of a text of 10 code points");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_in_texts_and_words),    cmocka_unit_test(ignored_labels_are_left_out),
        cmocka_unit_test(tags_without_a_type),          cmocka_unit_test(entities_are_written_with_the_keys_of_pipeline),
        cmocka_unit_test(what_does_not_fit_is_refused), cmocka_unit_test(entities_of_every_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
