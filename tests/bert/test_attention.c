/* attention: against a naive twin in double, its backward pass against differences of the twin with the masks held fixed. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bert/attention.h"
#include "support/bert_cases.h"
#include "math/ops.h"

/* context [N,H] of Q, K, V in qkv [N,3H]; the factors of dropout come from where the engine takes them. */
static void twin(const struct attention *a, const double *qkv, double *context)
{
    size_t d = a->head_size, h = a->heads * d;
    for (size_t s = 0; s < a->n_sentences; s++)
        for (size_t head = 0; head < a->heads; head++) {
            size_t first = a->start[s], t = a->start[s + 1] - first;
            double *p = xmalloc(t, sizeof *p);
            float *mask = xmalloc(t, t * sizeof *mask);
            for (size_t j = 0; j < t * t; j++)
                mask[j] = 1;
            if (a->dropout)
                ops_dropout_mask(a->dropout->seed, a->dropout->step, a->site, first * a->heads + head, a->p, t * t, mask);
            for (size_t i = 0; i < t; i++) {
                double sum = 0;
                const double *q = qkv + (first + i) * 3 * h + head * d;
                for (size_t j = 0; j < t; j++) {
                    const double *k = qkv + (first + j) * 3 * h + h + head * d;
                    double product = 0;
                    for (size_t c = 0; c < d; c++)
                        product += q[c] * k[c];
                    sum += p[j] = exp(product / sqrt((double)d));
                }
                for (size_t c = 0; c < d; c++) {
                    double out = 0;
                    for (size_t j = 0; j < t; j++)
                        out += p[j] / sum * (double)mask[i * t + j] * qkv[(first + j) * 3 * h + 2 * h + head * d + c];
                    context[(first + i) * h + head * d + c] = out;
                }
            }
            free(p);
            free(mask);
        }
}

struct shape {
    size_t heads, head_size, n_sentences, start[6];
};
static const struct shape shapes[] = {
    {1, 1, 1, {0, 1}}, {2, 3, 3, {0, 1, 3, 8}}, {3, 32, 2, {0, 17, 35}}, {2, 64, 2, {0, 33, 34}}, {1, 20, 1, {0, 210}},
};
enum { N_SHAPES = sizeof shapes / sizeof *shapes };

struct problem {
    struct attention a;
    size_t n, h;
    float *qkv, *context;
    double *wide, *want;
};

static struct problem problem_new(const struct shape *s, const struct bert_dropout *dropout)
{
    struct problem x = {.n = s->start[s->n_sentences], .h = s->heads * s->head_size};
    x.qkv = xmalloc(x.n * x.h * 3, sizeof *x.qkv);
    x.context = xmalloc(x.n * x.h, sizeof *x.context);
    x.wide = xmalloc(x.n * x.h * 3, sizeof *x.wide);
    x.want = xmalloc(x.n * x.h, sizeof *x.want);
    formula_uniform("qkv", x.n * x.h * 3, x.qkv);
    for (size_t i = 0; i < x.n * x.h * 3; i++)
        x.wide[i] = (double)(x.qkv[i] *= 4);
    x.a = (struct attention){.heads = s->heads,
                             .head_size = s->head_size,
                             .n_sentences = s->n_sentences,
                             .start = s->start,
                             .qkv = x.qkv,
                             .dropout = dropout,
                             .p = 0.2f,
                             .site = 11};
    return x;
}

static void problem_free(struct problem *x)
{
    free(x->qkv);
    free(x->context);
    free(x->wide);
    free(x->want);
}

static const struct bert_dropout drawn = {true, 3, 9};

static void attention_is_its_twin(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2 * N_SHAPES; k++) {
        struct problem x = problem_new(&shapes[k / 2], k % 2 ? &drawn : NULL);
        attention_forward(&x.a, x.context);
        twin(&x.a, x.wide, x.want);
        for (size_t i = 0; i < x.n * x.h; i++)
            if (!(fabs((double)x.context[i] - x.want[i]) <= 3e-6))
                fail_msg("shape %zu: context[%zu] is %.9g, not %.9g", k, i, (double)x.context[i], x.want[i]);
        problem_free(&x);
    }
}

static void backward_is_the_slope(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2 * N_SHAPES; k++) {
        struct problem x = problem_new(&shapes[k / 2], k % 2 ? &drawn : NULL);
        size_t size = x.n * x.h;
        float *w = xmalloc(size, sizeof *w), *d = xmalloc(3 * size, sizeof *d);
        formula_uniform("w", size, w);
        attention_backward(&x.a, w, d);
        for (size_t j = 0; j < 3 * size; j += 1 + 3 * size / 40) {
            double loss[2] = {0, 0}, step = 1e-5, middle = x.wide[j];
            for (int side = 0; side < 2; side++) {
                x.wide[j] = middle + (side ? step : -step);
                twin(&x.a, x.wide, x.want);
                for (size_t i = 0; i < size; i++)
                    loss[side] += (double)w[i] * x.want[i];
            }
            x.wide[j] = middle;
            double slope = (loss[1] - loss[0]) / (2 * step);
            if (!(fabs((double)d[j] - slope) <= 5e-6))
                fail_msg("shape %zu: d[%zu] is %.9g, the slope %.9g", k, j, (double)d[j], slope);
        }
        free(w);
        free(d);
        problem_free(&x);
    }
}

/* Scores far apart: the greatest is subtracted before the exponential. */
static void large_scores_do_not_overflow(void **state)
{
    (void)state;
    struct problem x = problem_new(&shapes[1], NULL);
    for (size_t i = 0; i < x.n * x.h * 3; i++)
        x.qkv[i] *= 1e4f;
    attention_forward(&x.a, x.context);
    for (size_t i = 0; i < x.n * x.h; i++)
        assert_true(isfinite(x.context[i]));
    problem_free(&x);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(attention_is_its_twin),
        cmocka_unit_test(backward_is_the_slope),
        cmocka_unit_test(large_scores_do_not_overflow),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
