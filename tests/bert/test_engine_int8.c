/* Tagging with 8 bit products: how far the logits are from torch's in fp32, and the same bits for any threads and grouping. */
#include "support/support.h"

#include <omp.h>

#include "support/bert_cases.h"

/* Twice the greatest distance of a logit that was measured; the largest logit of each is between 1.5 and 3. "flat" has no
 * layer. */
static const struct {
    const char *name;
    double bound;
} cases[] = {
    {"tiny", 0.08}, {"odd", 0.06}, {"relu", 0.02}, {"long", 0.06}, {"flat", 2e-5},
};
enum { N_CASES = sizeof cases / sizeof *cases };

static const float *in_array(void *weights, const struct parameter *p)
{
    return (const float *)weights + p->offset;
}

static struct bert *bert_of(const struct bert_case *c)
{
    return bert_new_fixed(c->config, c->params, PRECISION_INT8, in_array, c->weights);
}

static float *forward(struct bert *bert, const struct bert_case *c, const struct bert_batch *batch)
{
    float *logits = xmalloc(c->n_pieces, c->config->num_labels * sizeof *logits);
    bert_forward(bert, batch, logits);
    return logits;
}

static void logits_are_near_those_of_torch(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_CASES; k++) {
        struct bert_case c = bert_case_load(cases[k].name);
        struct bert *bert = bert_of(&c);
        size_t n;
        float *golden = golden_floats(&c, "logits", &n), *logits = forward(bert, &c, &c.batch);
        double e = furthest(logits, golden, n);
        if (!(e <= cases[k].bound))
            fail_msg("%s: a logit is %.3g off, the largest is %.3g", cases[k].name, e, largest(golden, n));
        free(golden);
        free(logits);
        bert_free(bert);
        bert_case_free(&c);
    }
}

/* Each sentence alone has the bits that it has among the others, with any number of threads. */
static void bits_are_the_same(void **state)
{
    (void)state;
    int before = omp_get_max_threads();
    for (size_t k = 0; k < N_CASES; k++) {
        struct bert_case c = bert_case_load(cases[k].name);
        size_t labels = c.config->num_labels;
        struct bert *bert = bert_of(&c);
        float *want = forward(bert, &c, &c.batch);
        for (int threads = 1; threads <= 3; threads++) {
            omp_set_num_threads(threads);
            struct bert *anew = bert_of(&c);
            float *together = forward(anew, &c, &c.batch);
            assert_memory_equal(together, want, c.n_pieces * labels * sizeof *want);
            for (size_t s = 0; s < c.batch.n_sentences; s++) {
                size_t first = c.batch.start[s], n = c.batch.start[s + 1] - first, one[] = {0, n};
                float *alone = forward(anew, &c, &(struct bert_batch){1, one, c.batch.input_ids + first, NULL});
                assert_memory_equal(alone, want + first * labels, n * labels * sizeof *want);
                free(alone);
            }
            free(together);
            bert_free(anew);
        }
        free(want);
        bert_free(bert);
        bert_case_free(&c);
    }
    omp_set_num_threads(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(logits_are_near_those_of_torch),
        cmocka_unit_test(bits_are_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
