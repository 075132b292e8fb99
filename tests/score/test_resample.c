/* test_resample: intervals and p values against what theory says; test_analysis compares them with another program's. */
#include "support/support.h"

#include <math.h>
#include <omp.h>

#include "score/resample.h"

static char field[] = "ner_tags";

/* Units of one tag each, right or not: [here], [there]. */
static char right[] = "A", wrong[] = "B", *names[] = {right, wrong};
static const struct label_set labels = {field, 2, names};

static struct resample_counts *counts_of(size_t n, const bool *is_right, struct scorer **scorer)
{
    static const int32_t id[2] = {1, 0}; /* wrong, right */
    struct score_options options = {.tags = true};
    struct record record = {.number = 1};
    *scorer = scorer_new(&options, &labels, &labels);
    struct resample_counts *counts = resample_counts_new(*scorer, false);
    scorer_watch(*scorer, resample_counts_add, counts);
    for (size_t i = 0; i < n; i++)
        scorer_add(*scorer, &record, 1, &id[1], &id[is_right[i]]);
    return counts;
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
    struct resample_counts *counts = counts_of(N, is_right, &scorer);
    struct resample_options options = {.rounds = 20000, .seed = 3, .confidence = 95, .tags = true};
    struct resample_result *r = resample(counts, NULL, &options);
    assert_true(r->figure[RESAMPLE_ACCURACY].here == 0.75);
    assert_true(fabs(r->figure[RESAMPLE_ACCURACY].low - (0.75 - 0.04243)) < 0.003);
    assert_true(fabs(r->figure[RESAMPLE_ACCURACY].high - (0.75 + 0.04243)) < 0.003);
    resample_free(r);
    resample_counts_free(counts);
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
    struct resample_counts *x = counts_of(N, a, &here), *y = counts_of(N, b, &there);
    struct resample_options options = {.rounds = 20000, .seed = 5, .confidence = 95, .tags = true};
    struct resample_result *r = resample(x, y, &options);
    assert_int_equal(r->n_differ, 10);
    assert_true(fabs(r->figure[RESAMPLE_ACCURACY].p - 112.0 / 1024) < 0.01);
    resample_free(r);

    /* everything differs: no exchange gives as much */
    for (size_t i = 0; i < N; i++) {
        a[i] = true;
        b[i] = false;
    }
    resample_counts_free(x);
    resample_counts_free(y);
    scorer_free(here);
    scorer_free(there);
    x = counts_of(N, a, &here);
    y = counts_of(N, b, &there);
    options.rounds = 999;
    r = resample(x, y, &options);
    assert_true(r->figure[RESAMPLE_ACCURACY].p == 0.001 && r->figure[RESAMPLE_ACCURACY].low == 1 && r->n_differ == N);
    resample_free(r);
    resample_counts_free(x);
    resample_counts_free(y);
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
    struct resample_counts *x = counts_of(N, a, &here), *y = counts_of(N, b, &there);
    struct resample_options options = {.rounds = 777, .seed = 5, .confidence = 90};
    int max_threads = omp_get_max_threads();
    omp_set_num_threads(1);
    struct resample_result *one = resample(x, y, &options);
    omp_set_num_threads(3);
    struct resample_result *three = resample(x, y, &options);
    omp_set_num_threads(max_threads);
    assert_int_equal(one->n, three->n);
    for (size_t i = 0; i < one->n; i++)
        assert_memory_equal(&one->figure[i].here, &three->figure[i].here, sizeof one->figure[i] - sizeof one->figure[i].name);
    resample_free(one);
    resample_free(three);
    resample_counts_free(x);
    resample_counts_free(y);
    scorer_free(here);
    scorer_free(there);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_interval_is_as_wide_as_theory_says),
        cmocka_unit_test(p_is_that_of_the_sign_test),
        cmocka_unit_test(threads_change_no_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
