/* test_resample: intervals and p values against what theory says; test_analysis compares them with another program's. */
#include "support/support.h"

#include <math.h>
#include <omp.h>

#include "score/resample.h"

static char field[] = "ner_tags";

/* Units of one tag each, right or not: [here], [there]. */
static char right[] = "A", wrong[] = "B", *names[] = {right, wrong};
static const struct label_set labels = {field, 2, names};

static struct units *units_of(size_t n, const bool *is_right, struct scorer **scorer)
{
    static const int32_t id[2] = {1, 0};        /* wrong, right */
    struct score_options options = {.tags = true};
    struct record record = {.number = 1};
    *scorer = scorer_new(&options, &labels, &labels);
    struct units *units = units_new(*scorer, false);
    scorer_watch(*scorer, units_add, units);
    for (size_t i = 0; i < n; i++)
        scorer_add(*scorer, &record, 1, &id[1], &id[is_right[i]]);
    return units;
}

enum { N = 400 };

/* The mean of N coins: its bootstrap interval is that of the binomial distribution, 0.75 -+ 1.96 sqrt(0.75 0.25 / 400). */
static void an_interval_is_as_wide_as_theory_says(void **state)
{
    (void)state;
    bool is_right[N];
    struct scorer *scorer;
    for (size_t i = 0; i < N; i++)
        is_right[i] = i % 4 > 0;
    struct units *units = units_of(N, is_right, &scorer);
    struct resample_options options = {.rounds = 20000, .seed = 3, .confidence = 95, .tags = true};
    struct resampled *r = resample(units, NULL, &options);
    assert_true(r->measure[MEASURE_ACCURACY].here == 0.75);
    assert_true(fabs(r->measure[MEASURE_ACCURACY].low - (0.75 - 0.04243)) < 0.003);
    assert_true(fabs(r->measure[MEASURE_ACCURACY].high - (0.75 + 0.04243)) < 0.003);
    resampled_free(r);
    units_free(units);
    scorer_free(scorer);
}

/* n units in which only one side is right, k of them here: the exact p is that of the sign test. Here 8 to 2: 112 of 1024. */
static void p_is_that_of_the_sign_test(void **state)
{
    (void)state;
    bool a[N], b[N];
    struct scorer *here, *there;
    for (size_t i = 0; i < N; i++) {
        a[i] = i % 40 != 7 || i >= 80;
        b[i] = i % 40 != 9 || i >= 320;
    }
    struct units *x = units_of(N, a, &here), *y = units_of(N, b, &there);
    struct resample_options options = {.rounds = 20000, .seed = 5, .confidence = 95, .tags = true};
    struct resampled *r = resample(x, y, &options);
    assert_int_equal(r->n_differ, 10);
    assert_true(fabs(r->measure[MEASURE_ACCURACY].p - 112.0 / 1024) < 0.01);
    resampled_free(r);

    /* everything differs: no exchange gives as much */
    for (size_t i = 0; i < N; i++) {
        a[i] = true;
        b[i] = false;
    }
    units_free(x);
    units_free(y);
    scorer_free(here);
    scorer_free(there);
    x = units_of(N, a, &here);
    y = units_of(N, b, &there);
    options.rounds = 999;
    r = resample(x, y, &options);
    assert_true(r->measure[MEASURE_ACCURACY].p == 0.001 && r->measure[MEASURE_ACCURACY].low == 1 && r->n_differ == N);
    resampled_free(r);
    units_free(x);
    units_free(y);
    scorer_free(here);
    scorer_free(there);
}

static void threads_change_no_bit(void **state)
{
    (void)state;
    bool a[N], b[N];
    struct scorer *here, *there;
    for (size_t i = 0; i < N; i++) {
        a[i] = i % 5 > 0;
        b[i] = i % 7 > 1;
    }
    struct units *x = units_of(N, a, &here), *y = units_of(N, b, &there);
    struct resample_options options = {.rounds = 777, .seed = 5, .confidence = 90};
    int most = omp_get_max_threads();
    omp_set_num_threads(1);
    struct resampled *one = resample(x, y, &options);
    omp_set_num_threads(3);
    struct resampled *three = resample(x, y, &options);
    omp_set_num_threads(most);
    assert_int_equal(one->n, three->n);
    for (size_t i = 0; i < one->n; i++)
        assert_memory_equal(&one->measure[i].here, &three->measure[i].here, sizeof one->measure[i] - sizeof one->measure[i].name);
    resampled_free(one);
    resampled_free(three);
    units_free(x);
    units_free(y);
    scorer_free(here);
    scorer_free(there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_is_as_wide_as_theory_says), cmocka_unit_test(p_is_that_of_the_sign_test),
        cmocka_unit_test(threads_change_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
