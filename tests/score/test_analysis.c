/* test_analysis: confusion, errors, seen entities, intervals and comparisons against tests/golden/analysis.py, which counts in
 * another way. */
#include "support/support.h"

#include <jansson.h>
#include <math.h>

#include "score/confusion.h"
#include "score/errors.h"
#include "score/resample.h"
#include "score/score_figures.h"
#include "score/seen.h"
#include "stream/record.h"
#include "text/intern.h"

#define GOLDEN "tests/golden/analysis.jsonl"
static char field[] = "ner_tags";

/* Sentences of tags as a label set and ids of it. `last_first`: the label set in reverse order. */
struct side {
    struct label_set labels;
    struct array_ints id;
    struct intern names;
};

static size_t split(const char *text, struct array_strs *words)
{
    words->n = 0;
    for (const char *from = text; *from;) {
        size_t size = strcspn(from, " ");
        GROW(words->data, words->room, words->n + 1);
        words->data[words->n++] = (struct str){from, size};
        from += size + (from[size] == ' ');
    }
    return words->n;
}

static struct side read_side(json_t *sentences, bool last_first)
{
    struct side s = {0};
    struct array_strs words = {0};
    size_t i;
    json_t *value;
    json_array_foreach(sentences, i, value) for (size_t k = 0, n = split(json_string_value(value), &words); k < n; k++)
    {
        GROW(s.id.data, s.id.room, s.id.n + 1);
        s.id.data[s.id.n++] = (int32_t)intern_add(&s.names, words.data[k]);
    }
    free(words.data);
    size_t n = s.names.n;
    char **name = xmalloc(n, sizeof *name);
    for (i = 0; i < n; i++)
        name[last_first ? n - 1 - i : i] = s.names.name[i];
    for (i = 0; i < s.id.n && last_first; i++)
        s.id.data[i] = (int32_t)(n - 1) - s.id.data[i];
    s.labels = (struct label_set){field, n, name};
    return s;
}

static void free_side(struct side *s)
{
    intern_free(&s->names);
    free(s->id.data);
    free(s->labels.name);
}

static struct bytes record_of(size_t id, size_t doc, const struct array_strs *words, const int32_t *gold)
{
    struct bytes b = {0};
    add_map(&b, 4);
    add_str(&b, "id");
    add_int(&b, id);
    add_str(&b, "doc");
    add_int(&b, doc);
    add_str(&b, "tokens");
    add_array(&b, words->n);
    for (size_t i = 0; i < words->n; i++) {
        char *word = xstrndup(words->data[i].data, words->data[i].size);
        add_str(&b, word);
        free(word);
    }
    add_str(&b, field);
    add_array(&b, words->n);
    for (size_t i = 0; i < words->n; i++)
        add_int(&b, (uint64_t)gold[i]);
    return b;
}

/* Give the sentences to the scorer. */
static void add_all(json_t *texts, json_t *doc, const struct side *gold, const struct side *pred, struct scorer *scorer)
{
    struct array_strs words = {0};
    size_t i, first = 0;
    json_t *value;
    json_array_foreach(texts, i, value)
    {
        size_t n = split(json_string_value(value), &words);
        size_t document = doc ? (size_t)json_integer_value(json_array_get(doc, i)) : 0;
        struct bytes b = record_of(i, document, &words, gold->id.data + first);
        struct record record;
        record_index(&record, i + 1, (struct msg){b.data, b.data + b.n});
        scorer_add(scorer, &record, n, gold->id.data + first, pred->id.data + first);
        first += n;
        free(b.data);
    }
    free(words.data);
}

struct all {
    struct confusion *confusion;
    struct errors *errors;
    struct seen *seen;
    struct resample_counts *counts;
};

static void to_all(void *data, const struct score_sentence *sentence)
{
    struct all *a = data;
    confusion_add(a->confusion, sentence);
    errors_add(a->errors, sentence);
    seen_add(a->seen, sentence);
    resample_counts_add(a->counts, sentence);
}

static json_t *parse(struct buffer *text)
{
    json_error_t error;
    json_t *value = json_loadb(text->data, text->n, 0, &error);
    if (!value)
        fail_msg("%s in %.*s", error.text, (int)text->n, text->data);
    text->n = 0;
    return value;
}

static void assert_same(json_t *expected, json_t *got)
{
    if (json_equal(expected, got))
        return;
    char *a = json_dumps(expected, JSON_SORT_KEYS | JSON_ENCODE_ANY), *b = json_dumps(got, JSON_SORT_KEYS | JSON_ENCODE_ANY);
    fail_msg("expected %s\ngot      %s", a, b);
}

/* [record, [type, text], [type, text]] for each example, as the golden file has them. */
static json_t *short_entity(json_t *entity)
{
    if (json_is_null(entity))
        return json_null();
    return json_pack("[OO]", json_object_get(entity, "type"), json_object_get(entity, "text"));
}

static void shorten_examples(json_t *kind)
{
    json_t *examples = json_object_get(kind, "examples"), *example, *list = json_array();
    size_t i;
    json_array_foreach(examples, i, example)
    {
        json_t *gold = short_entity(json_object_get(example, "gold"));
        json_t *pred = short_entity(json_object_get(example, "predicted"));
        json_array_append_new(list, json_pack("[Ooo]", json_object_get(example, "record"), gold, pred));
    }
    json_object_set_new(kind, "examples", list);
}

static void shorten_errors(json_t *errors)
{
    const char *key;
    size_t i;
    json_t *kind;
    json_object_foreach(errors, key, kind) shorten_examples(kind);
    json_array_foreach(errors, i, kind) shorten_examples(kind);
}

static void assert_close(json_t *list, size_t i, double got)
{
    double expected = json_real_value(json_array_get(list, i));
    if (!(fabs(expected - got) < 1e-12))
        fail_msg("[%zu]: expected %.17g, got %.17g", i, expected, got);
}

static struct resample_options resampling_of(json_t *line)
{
    return (struct resample_options){.rounds = (size_t)json_integer_value(json_object_get(line, "rounds")),
                                     .seed = (uint64_t)json_integer_value(json_object_get(line, "seed")),
                                     .confidence = 95,
                                     .by_document = json_is_true(json_object_get(line, "by_document"))};
}

static void assert_names(json_t *types, const struct resample_result *r)
{
    assert_int_equal(r->n, RESAMPLE_TYPES + json_array_size(types));
    for (size_t i = RESAMPLE_TYPES; i < r->n; i++)
        assert_string_equal(r->figure[i].name, json_string_value(json_array_get(types, i - RESAMPLE_TYPES)));
}

static void check_intervals(json_t *line, struct resample_counts *counts)
{
    struct resample_options options = resampling_of(line);
    struct resample_result *r = resample(counts, NULL, &options);
    assert_names(json_object_get(line, "own_types"), r);
    for (size_t i = 0; i < r->n; i++) {
        assert_close(json_object_get(line, "low"), i, r->figure[i].low);
        assert_close(json_object_get(line, "high"), i, r->figure[i].high);
    }
    resample_free(r);
}

/* The share of all exchanges that the random ones approach, within five standard errors. */
static void check_exact(json_t *exact, struct resample_counts *here, struct resample_counts *there,
                        struct resample_options options)
{
    options.rounds = 5000;
    struct resample_result *r = resample(here, there, &options);
    for (size_t i = 0; i < r->n; i++) {
        double p = json_real_value(json_array_get(exact, i));
        assert_true(fabs(r->figure[i].p - p) <= 5 * sqrt(p * (1 - p) / 5000) + 2.0 / 5000);
    }
    resample_free(r);
}

static void check_comparison(json_t *line, struct resample_counts *here, struct resample_counts *there)
{
    struct resample_options options = resampling_of(line);
    json_t *expected = json_object_get(line, "compare"), *exact = json_object_get(expected, "exact");
    struct resample_result *r = resample(here, there, &options);
    assert_names(json_object_get(line, "types"), r);
    assert_int_equal(r->n_differ, json_integer_value(json_object_get(expected, "differ")));
    for (size_t i = 0; i < r->n; i++) {
        const struct resample_figure *f = &r->figure[i];
        assert_close(json_object_get(expected, "here"), i, f->here);
        assert_close(json_object_get(expected, "there"), i, f->there);
        assert_close(json_object_get(expected, "low"), i, f->low);
        assert_close(json_object_get(expected, "high"), i, f->high);
        assert_close(json_object_get(expected, "p"), i, f->p);
        if (r->n_differ == 0)
            assert_true(f->p == 1 && f->difference == 0 && f->low == 0 && f->high == 0);
    }
    resample_free(r);
    if (!json_is_null(exact))
        check_exact(exact, here, there, options);
}

static void check_case(json_t *line)
{
    const char *mode = json_string_value(json_object_get(line, "mode"));
    bool tags = strcmp(mode, "tags") == 0;
    struct score_options options = {.strict = strcmp(mode, "iob2") == 0, .scheme = IOB2, .tags = tags};
    json_t *texts = json_object_get(line, "words"), *doc = json_object_get(line, "doc"), *got;
    struct resample_options resampling = resampling_of(line);
    struct side gold = read_side(json_object_get(line, "gold"), false), pred = read_side(json_object_get(line, "pred"), true);
    struct side again = read_side(json_object_get(line, "gold"), true), other = read_side(json_object_get(line, "other"), false);
    struct side train = read_side(json_object_get(line, "train_gold"), false);
    struct scorer *scorer = scorer_new(&options, &gold.labels, &pred.labels);
    struct scorer *there = scorer_new(&options, &again.labels, &other.labels);
    struct scorer *learner = scorer_new(&options, &train.labels, &train.labels);
    size_t examples = (size_t)json_integer_value(json_object_get(line, "examples"));
    struct all all = {confusion_new(scorer, tags), errors_new(scorer, field, tags, examples, resampling.seed, true),
                      seen_new(field, tags, 0), resample_counts_new(scorer, resampling.by_document)};
    struct resample_counts *counts = resample_counts_new(there, resampling.by_document);
    struct buffer text = {0};
    scorer_watch(learner, seen_learn, all.seen);
    add_all(json_object_get(line, "train_words"), NULL, &train, &train, learner);
    scorer_watch(scorer, to_all, &all);
    add_all(texts, doc, &gold, &pred, scorer);
    scorer_watch(there, resample_counts_add, counts);
    add_all(texts, doc, &again, &other, there);

    confusion_json(all.confusion, &text);
    assert_same(json_object_get(line, "confusion"), got = parse(&text));
    json_decref(got);
    errors_json(all.errors, &text);
    shorten_errors(got = parse(&text));
    assert_same(json_object_get(line, "errors"), got);
    json_decref(got);
    seen_json(all.seen, &text);
    assert_same(json_object_get(line, "seen"), got = parse(&text));
    json_decref(got);
    check_intervals(line, all.counts);
    check_comparison(line, all.counts, counts);

    free(text.data);
    confusion_free(all.confusion);
    errors_free(all.errors);
    seen_free(all.seen);
    resample_counts_free(all.counts);
    resample_counts_free(counts);
    scorer_free(scorer);
    scorer_free(there);
    scorer_free(learner);
    struct side *const sides[] = {&gold, &pred, &again, &other, &train};
    for (size_t i = 0; i < 5; i++)
        free_side(sides[i]);
}

static void agrees_with_plain_counting(void **state)
{
    (void)state;
    FILE *f = fopen(GOLDEN, "r");
    assert_non_null(f);
    static char text[1 << 16];
    size_t cases = 0, exact = 0, equal = 0;
    while (fgets(text, sizeof text, f)) {
        json_t *line = json_loads(text, 0, NULL);
        assert_non_null(line);
        check_case(line);
        json_t *comparison = json_object_get(line, "compare");
        exact += !json_is_null(json_object_get(comparison, "exact"));
        equal += json_integer_value(json_object_get(comparison, "differ")) == 0;
        cases++;
        json_decref(line);
    }
    fclose(f);
    assert_int_equal(cases, 60);
    assert_in_range(exact, 20, cases);
    assert_in_range(equal, 1, cases / 3);
}

/* Sums of rows and columns, and the diagonal, are what the scorer counts, whatever the tags: orphans, tags of no scheme. */
static void the_confusion_adds_up_to_the_report(void **state)
{
    (void)state;
    static char hostile[][6] = {"O", "B-X", "I-X", "E-X", "S-Y", "x-X", "x", ".", "-", "I-", "O-X", "L-Y", "I-Y", "B-Y"};
    enum { N_HOSTILE = sizeof hostile / sizeof *hostile, LONGEST = 7 };
    char *tag[N_HOSTILE];
    uint32_t random = 7;
    for (size_t i = 0; i < N_HOSTILE; i++)
        tag[i] = hostile[i];
    const struct label_set label_set = {field, N_HOSTILE, tag};
    for (int round = 0; round < 500; round++) {
        struct score_options options = {0};
        struct scorer *scorer = scorer_new(&options, &label_set, &label_set);
        struct confusion *confusion = confusion_new(scorer, false);
        struct record record = {.number = 1};
        struct buffer text = {0};
        scorer_watch(scorer, confusion_add, confusion);
        for (int sentence = 0; sentence < 4; sentence++) {
            int32_t gold[LONGEST], pred[LONGEST];
            size_t n = 1 + (random >> 16) % LONGEST;
            for (size_t i = 0; i < n; i++) {
                random = random * 1664525 + 1013904223;
                gold[i] = (int32_t)((random >> 16) % N_HOSTILE);
                random = random * 1664525 + 1013904223;
                pred[i] = random >> 31 ? gold[i] : (int32_t)((random >> 16) % N_HOSTILE);
            }
            scorer_add(scorer, &record, n, gold, pred);
        }
        struct score_figures *figures = score_figures_new(scorer);
        confusion_json(confusion, &text);
        json_t *table = parse(&text), *counts = json_object_get(table, "counts");
        assert_int_equal(json_array_size(counts), figures->n_types + 2);
        for (size_t i = 0; i < figures->n_types; i++) {
            json_int_t row = 0, column = 0;
            for (size_t k = 0; k < figures->n_types + 2; k++) {
                row += json_integer_value(json_array_get(json_array_get(counts, i), k));
                column += json_integer_value(json_array_get(json_array_get(counts, k), i));
            }
            assert_string_equal(json_string_value(json_array_get(json_object_get(table, "rows"), i)), figures->type[i].name);
            assert_int_equal(row, figures->type[i].gold);
            assert_int_equal(column, figures->type[i].pred);
            assert_int_equal(json_integer_value(json_array_get(json_array_get(counts, i), i)), figures->type[i].correct);
        }
        json_decref(table);
        free(text.data);
        score_figures_free(figures);
        confusion_free(confusion);
        scorer_free(scorer);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_plain_counting),
        cmocka_unit_test(the_confusion_adds_up_to_the_report),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
