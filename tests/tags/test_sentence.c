/* test_sentence: entities out of tags and spans, against the scorer, which is checked against seqeval. */
#include "support/support.h"

#include "score/score_figures.h"
#include "tags/labels.h"
#include "tags/sentence.h"

enum { N_LABELS = 9, N_WORDS = 12 };
static char label[N_LABELS][4] = {"O", "B-X", "I-X", "E-X", "S-X", "B-Y", "I-Y", "E-Y", "S-Y"}, *names[N_LABELS];
static char kind[] = "sentence", gold_field[] = "ner_tags", pred_field[] = "pred";
static struct label_set label_sets[] = {{gold_field, N_LABELS, names}, {pred_field, N_LABELS, names}};
static const struct header header = {.kind = kind, .n_label_sets = 2, .label_set = label_sets, .any_fields = true};

static void add_tags(struct bytes *b, const char *field, size_t n, const int32_t *tag)
{
    add_str(b, field);
    add_array(b, n);
    for (size_t i = 0; i < n; i++)
        add_int(b, (uint64_t)tag[i]);
}

static struct bytes record_of(size_t n, const char *word, const int32_t *gold, const int32_t *pred)
{
    struct bytes b = {0};
    add_map(&b, 3);
    add_str(&b, "tokens");
    add_array(&b, n);
    for (size_t i = 0; i < n; i++)
        add_str(&b, i % 3 ? "ab" : word);
    add_tags(&b, "ner_tags", n, gold);
    add_tags(&b, "pred", n, pred);
    return b;
}

static uint32_t next_random(void)
{
    static uint32_t state = 7;
    state = state * 1664525 + 1013904223;
    return state >> 16;
}

static size_t right(const struct entities *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->n; i++)
        n += m->data[i].error == ENTITY_RIGHT;
    return n;
}

static void tags_of_any_order_count_as_in_the_scorer(void **state)
{
    (void)state;
    struct sentence s = {0};
    struct score_options options = {0};
    for (int round = 0; round < 5000; round++) {
        int32_t gold[N_WORDS], pred[N_WORDS];
        size_t n = 1 + next_random() % N_WORDS;
        bool differ = false;
        for (size_t i = 0; i < n; i++) {
            gold[i] = (int32_t)(next_random() % N_LABELS);
            pred[i] = next_random() % 3 ? gold[i] : (int32_t)(next_random() % N_LABELS);
            differ |= gold[i] != pred[i];
        }
        struct bytes b = record_of(n, "", gold, pred);
        struct record record;
        record_index(&record, 1, (struct msg){b.data, b.data + b.n});
        assert_true(sentence_words(&s, &record));
        sentence_entities(&s, &header, "ner_tags", "pred", &record);
        struct scorer *scorer = scorer_new(&options, &label_sets[0], &label_sets[1]);
        scorer_add(scorer, &record, n, gold, pred);
        struct score_figures *figures = score_figures_new(scorer);
        size_t sum[3] = {0};
        for (size_t i = 0; i < figures->n_types; i++) {
            sum[0] += figures->type[i].gold;
            sum[1] += figures->type[i].pred;
            sum[2] += figures->type[i].correct;
        }
        assert_int_equal(s.gold.n, sum[0]);
        assert_int_equal(s.pred.n, sum[1]);
        assert_int_equal(right(&s.gold), sum[2]);
        assert_int_equal(right(&s.pred), sum[2]);
        assert_int_equal(s.differs, sum[0] != sum[2] || sum[1] != sum[2]);
        assert_int_equal(s.tags_differ, differ);
        score_figures_free(figures);
        scorer_free(scorer);
        free(b.data);
    }
    sentence_free(&s);
}

static void every_kind_of_error(void **state)
{
    (void)state;
    /* right, type, boundary (one gold, two predicted), missed, spurious */
    static const int32_t gold[] = {1, 2, 0, 1, 0, 5, 6, 0, 1, 0, 0}, pred[] = {1, 2, 0, 5, 0, 5, 5, 0, 0, 0, 4};
    static const enum entity_error of_gold[] = {ENTITY_RIGHT, ENTITY_TYPE, ENTITY_BOUNDARY, ENTITY_MISSED};
    static const enum entity_error of_pred[] = {ENTITY_RIGHT, ENTITY_TYPE, ENTITY_BOUNDARY, ENTITY_BOUNDARY, ENTITY_SPURIOUS};
    struct bytes b = record_of(11, "c", gold, pred);
    struct record record;
    struct sentence s = {0};
    record_index(&record, 1, (struct msg){b.data, b.data + b.n});
    assert_true(sentence_words(&s, &record));
    assert_int_equal(s.text.size, 10 + 7 * 2 + 4);
    sentence_entities(&s, &header, "ner_tags", "pred", &record);
    assert_int_equal(s.gold.n, 4);
    assert_int_equal(s.pred.n, 5);
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(s.gold.data[i].error, of_gold[i]);
    for (size_t i = 0; i < 5; i++)
        assert_int_equal(s.pred.data[i].error, of_pred[i]);
    assert_memory_equal(s.gold.data[0].type.data, "X", 1);
    assert_true(s.gold.data[0].start == 0 && s.gold.data[0].end == 4 && s.gold.data[0].score < 0);
    sentence_entities(&s, &header, "ner_tags", NULL, &record);
    assert_true(s.gold.known && !s.pred.known && !s.differs && s.gold.data[3].error == ENTITY_RIGHT);
    sentence_free(&s);
    free(b.data);
}

static void words_of_a_raw_text(void **state)
{
    (void)state;
    struct bytes b = {0};
    add_map(&b, 3);
    add_str(&b, "text");
    add_str(&b, "é bcd  e");
    add_str(&b, "word_ids");
    add_hex(&b, "96 c0 00 01 01 02 c0");
    add_str(&b, "offsets");
    add_hex(&b, "96 92 00 00 92 00 01 92 02 03 92 03 05 92 07 08 92 00 00");
    struct record record;
    struct sentence s = {0};
    record_index(&record, 1, (struct msg){b.data, b.data + b.n});
    assert_true(sentence_words(&s, &record));
    static const char *const words[] = {"é", "bcd", "e"};
    assert_int_equal(s.words.n, 3);
    for (size_t i = 0; i < 3; i++)
        assert_true(str_is(s.words.data[i], words[i]));
    sentence_free(&s);
    free(b.data);
}

/* A record with the text "aé b" and one entity: the map that `hex` is. */
struct with_entity {
    struct bytes record;
    struct sentence sentence;
};

static void read_entity(void *data)
{
    struct with_entity *w = data;
    struct record record;
    record_index(&record, 1, (struct msg){w->record.data, w->record.data + w->record.n});
    assert_true(sentence_words(&w->sentence, &record));
    sentence_entities(&w->sentence, &header, NULL, NULL, &record);
}

static struct with_entity with_entity(const char *hex)
{
    struct with_entity w = {.record = {0}};
    add_map(&w.record, 2);
    add_str(&w.record, "text");
    add_str(&w.record, "a\xc3\xa9 b");
    add_str(&w.record, "entities");
    add_array(&w.record, 1);
    add_hex(&w.record, hex);
    return w;
}

static void entities_of_a_record(void **state)
{
    (void)state;
    static const struct {
        const char *hex;
        size_t start, end;
        const char *type;
    } cases[] = {
        /* {"entity_group": "X", "start": 1, "end": 4} */
        {"83 ac 65 6e 74 69 74 79 5f 67 72 6f 75 70 a1 58 a5 73 74 61 72 74 01 a3 65 6e 64 04", 1, 5, "X"},
        /* {"entity": "B-X", "start_byte": 1, "end_byte": 3} */
        {"83 a6 65 6e 74 69 74 79 a3 42 2d 58 aa 73 74 61 72 74 5f 62 79 74 65 01 a8 65 6e 64 5f 62 79 74 65 03", 1, 3, "X"},
        /* {"end": 9, "start": 0}: not farther than the text */
        {"82 a3 65 6e 64 09 a5 73 74 61 72 74 00", 0, 5, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct with_entity w = with_entity(cases[i].hex);
        read_entity(&w);
        const struct entities *e = &w.sentence.pred;
        assert_true(e->known && e->n == 1 && e->data[0].start == cases[i].start && e->data[0].end == cases[i].end);
        assert_true(e->data[0].score < 0 && str_equal(e->data[0].type, str_of(cases[i].type)));
        sentence_free(&w.sentence);
        free(w.record.data);
    }
    static const struct {
        const char *hex, *message;
    } bad[] = {
        {"07", "entities[0] is not a map"},
        {"81 01 02", "entities[0] has a key that is not a string"},
        {"81 a3 65 6e 64 01", "entities[0] does not lie in the text"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct with_entity w = with_entity(bad[i].hex);
        assert_dies(read_entity, &w, bad[i].message);
        sentence_free(&w.sentence);
        free(w.record.data);
    }
}

static bool scheme_of(const char *first, const char *second)
{
    char a[8], b[8], *both[] = {a, b};
    snprintf(a, sizeof a, "%s", first);
    snprintf(b, sizeof b, "%s", second);
    return labels_have_scheme(&(struct label_set){gold_field, 2, both});
}

static void what_is_a_scheme(void **state)
{
    (void)state;
    assert_true(scheme_of("O", "U-X"));
    assert_true(scheme_of("L-X-Y", "I-"));
    assert_false(scheme_of("O", "NN"));
    assert_false(scheme_of("B-X", ""));
    assert_false(scheme_of("B-X", "X-B"));
}

int main(void)
{
    for (size_t i = 0; i < N_LABELS; i++)
        names[i] = label[i];
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tags_of_any_order_count_as_in_the_scorer),
        cmocka_unit_test(every_kind_of_error),
        cmocka_unit_test(words_of_a_raw_text),
        cmocka_unit_test(entities_of_a_record),
        cmocka_unit_test(what_is_a_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
