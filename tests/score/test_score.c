/* Scores against those of the seqeval package, to the last bit. */
#include "support/support.h"

#include <jansson.h>
#include <math.h>

#include "score/score_figures.h"
#include "text/intern.h"

#define GOLDEN "tests/golden/score.jsonl"

/* The tags of all sentences as a label set, and as ids of it. */
struct side {
    struct intern names;
    struct label_set labels;
    struct array_ints id;
    struct array_sizes size;
};

static struct side read_side(json_t *sentences)
{
    struct side s = {0};
    size_t i;
    json_t *value;
    json_array_foreach(sentences, i, value)
    {
        size_t n = 0;
        for (const char *from = json_string_value(value); *from; n++) {
            size_t size = strcspn(from, " ");
            GROW(s.id.data, s.id.room, s.id.n + 1);
            s.id.data[s.id.n++] = (int32_t)intern_add(&s.names, (struct str){from, size});
            from += size + (from[size] == ' ');
        }
        GROW(s.size.data, s.size.room, s.size.n + 1);
        s.size.data[s.size.n++] = n;
    }
    s.labels = (struct label_set){NULL, s.names.n, s.names.name};
    return s;
}

static void free_side(struct side *s)
{
    intern_free(&s->names);
    free(s->id.data);
    free(s->size.data);
}

struct run {
    struct score_options options;
    struct side gold, pred;
    struct score_figures *figures;
};

static void score(void *data)
{
    struct run *r = data;
    struct record record = {.number = 1};
    struct scorer *scorer = scorer_new(&r->options, &r->gold.labels, &r->pred.labels);
    size_t first = 0;
    for (size_t i = 0; i < r->gold.size.n; i++) {
        assert_int_equal(r->gold.size.data[i], r->pred.size.data[i]);
        scorer_add(scorer, &record, r->gold.size.data[i], r->gold.id.data + first, r->pred.id.data + first);
        first += r->gold.size.data[i];
    }
    r->figures = score_figures_new(scorer);
}

static void assert_number(json_t *expected, double got)
{
    if (json_is_null(expected))
        assert_true(isnan(got));
    else
        assert_true(json_number_value(expected) == got);
}

static void assert_row(json_t *row, const struct score_prf *got)
{
    assert_non_null(row);
    assert_number(json_array_get(row, 0), got->precision);
    assert_number(json_array_get(row, 1), got->recall);
    assert_number(json_array_get(row, 2), got->f1);
    assert_int_equal(json_integer_value(json_array_get(row, 3)), got->support);
}

static enum scheme scheme_named(const char *name)
{
    int scheme = scheme_find(name);
    if (scheme < 0)
        fail_msg("no scheme %s", name);
    return (enum scheme)scheme;
}

/* The tags of IOBES in BMES, which the package does not know. */
static void make_middle(struct side *side)
{
    for (size_t i = 0; i < side->labels.n; i++)
        if (*side->labels.name[i] == 'I')
            *side->labels.name[i] = 'M';
}

static void check_case(json_t *line, bool middle)
{
    json_t *scheme = json_array_get(line, 1), *result = json_array_get(line, 6);
    struct run r = {
        .options = {.strict = json_is_string(json_array_get(line, 0)),
                    .scheme = json_is_string(scheme) ? (int)scheme_named(json_string_value(scheme)) : SCORE_SCHEME_AUTO,
                    .suffix = json_is_true(json_array_get(line, 2)),
                    .zero_division = (double)json_integer_value(json_array_get(line, 3))},
        .gold = read_side(json_array_get(line, 4)),
        .pred = read_side(json_array_get(line, 5)),
    };
    if (middle) {
        make_middle(&r.gold);
        make_middle(&r.pred);
        r.options.scheme = r.options.scheme == IOBES ? BMES : r.options.scheme;
    }
    const char *died = death_of(score, &r);
    if (json_is_null(result)) {
        assert_non_null(died);
        free_side(&r.gold);
        free_side(&r.pred);
        return;
    }
    assert_null(died);
    json_t *rows = json_array_get(result, 1);
    assert_number(json_array_get(result, 0), r.figures->accuracy);
    assert_int_equal(json_object_size(rows), r.figures->n_types + 3);
    for (size_t i = 0; i < r.figures->n_types; i++)
        assert_row(json_object_get(rows, r.figures->type[i].name), &r.figures->type[i].prf);
    assert_row(json_object_get(rows, "micro avg"), &r.figures->micro);
    assert_row(json_object_get(rows, "macro avg"), &r.figures->macro);
    assert_row(json_object_get(rows, "weighted avg"), &r.figures->weighted);
    free_side(&r.gold);
    free_side(&r.pred);
}

static void agrees_with_the_package(void **state)
{
    (void)state;
    FILE *f = fopen(GOLDEN, "r");
    assert_non_null(f);
    static char text[1 << 16];
    size_t cases = 0, errors = 0, in_middle = 0;
    while (fgets(text, sizeof text, f)) {
        json_t *line = json_loads(text, 0, NULL);
        assert_non_null(line);
        check_case(line, false);
        const char *scheme = json_string_value(json_array_get(line, 1));
        if (scheme && strcmp(scheme, "iobes") == 0 && json_is_false(json_array_get(line, 2)) && ++in_middle)
            check_case(line, true);
        errors += json_is_null(json_array_get(line, 6));
        cases++;
        json_decref(line);
    }
    fclose(f);
    assert_int_equal(cases, 1200);
    assert_in_range(errors, 1, cases / 2);
    assert_in_range(in_middle, 50, cases);
}

static void nothing_to_score(void **state)
{
    (void)state;
    struct run r = {.gold = {.labels = {0}}, .pred = {.labels = {0}}};
    assert_dies(score, &r, "no tags at all");
}

/* Labels that end inside a character, in memory that ends with them: nothing is read beyond. */
static void labels_cut_in_a_character(void **state)
{
    (void)state;
    static const char *const name[] = {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "B-\xe2", "\xa9", "X-\xf0", "\xe9-B", "B"};
    enum { N = sizeof name / sizeof *name };
    char *copy[N];
    for (size_t i = 0; i < N; i++)
        copy[i] = xstrdup(name[i]);
    struct label_set labels = {(char *)"ner_tags", N, copy};
    for (int k = 0; k < 4; k++) {
        struct score_options options = {.strict = k & 1, .suffix = k & 2, .scheme = IOB2};
        struct scorer *s = scorer_new(&options, &labels, &labels);
        size_t n;
        assert_non_null(scorer_types(s, &n));
        scorer_free(s);
    }
    for (size_t i = 0; i < N; i++)
        free(copy[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_package),
        cmocka_unit_test(nothing_to_score),
        cmocka_unit_test(labels_cut_in_a_character),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
