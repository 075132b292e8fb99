/* adamw: one pass over gradients, moments and weights. */
#include "math/adamw.h"

#include <math.h>

#include "math/vec.h"

/* x / s->root, rounded as a division rounds, without one: the product with the rounded reciprocal leaves an exact remainder
 * (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990). */
INLINE vec over_root(vec x, const struct adamw *s)
{
#if defined(__FMA__)
    vec near = x * vec_of(s->over_root), exact = vec_fma(vec_fma(-near, vec_of(s->root), x), vec_of(s->over_root), near);
    return vec_select(x < vec_of(INFINITY), exact, x);
#else
    return x / vec_of(s->root);
#endif
}

/* torch's order of operations (torch/optim/adam.py, _single_tensor_adam). Each array's vectors are stored one after the other:
 * were they stored in turns, lines that come from the second-level cache would take half as long again. */
INLINE void update_vectors(const struct adamw *s, const size_t n, size_t left, size_t ahead, const float *g, float *m, float *v,
                           float *w)
{
    vec gi[BESIDE], mi[BESIDE], vi[BESIDE], wi[BESIDE];
    EACH(i, n) {
        __builtin_prefetch(g + ahead + i * WIDTH);
        __builtin_prefetch(m + ahead + i * WIDTH, 1);
        __builtin_prefetch(v + ahead + i * WIDTH, 1);
        __builtin_prefetch(w + ahead + i * WIDTH, 1);
    }
    EACH(i, n) gi[i] = vec_first(g + i * WIDTH, left - i * WIDTH, 0) * vec_of(s->scale);
    EACH(i, n) mi[i] = vec_first(m + i * WIDTH, left - i * WIDTH, 0);
    EACH(i, n) mi[i] += vec_of(s->one_minus_beta1) * (gi[i] - mi[i]);
    EACH(i, n) vi[i] = vec_first(v + i * WIDTH, left - i * WIDTH, 0);
    EACH(i, n) vi[i] = vi[i] * vec_of(s->beta2) + vec_of(s->one_minus_beta2) * gi[i] * gi[i];
    EACH(i, n) wi[i] = vec_first(w + i * WIDTH, left - i * WIDTH, 0) * vec_of(s->decay);
    EACH(i, n) vec_put(m + i * WIDTH, mi[i], left - i * WIDTH);
    EACH(i, n) vec_put(v + i * WIDTH, vi[i], left - i * WIDTH);
    EACH(i, n) wi[i] -= vec_of(s->step_size) * (mi[i] / (over_root(vec_sqrt(vi[i]), s) + vec_of(s->epsilon)));
    EACH(i, n) vec_put(w + i * WIDTH, wi[i], left - i * WIDTH);
}

WIDTHS(adamw_update)
void adamw_update(const struct adamw *s, size_t n, size_t ahead, const float *g, float *m, float *v, float *w)
{
    size_t i = 0;
    for (; i + BESIDE * WIDTH <= n; i += BESIDE * WIDTH)
        update_vectors(s, BESIDE, BESIDE * WIDTH, ahead, g + i, m + i, v + i, w + i);
    for (; i < n; i += WIDTH)
        update_vectors(s, 1, n - i, ahead, g + i, m + i, v + i, w + i);
}

WIDTHS(adamw_decay)
void adamw_decay(size_t steps, const float *by, size_t n, float *w)
{
    for (size_t at = 0; at < n; at += BESIDE * WIDTH) {
        vec x[BESIDE];
        EACH(i, BESIDE) x[i] = at + i * WIDTH < n ? vec_first(w + at + i * WIDTH, n - at - i * WIDTH, 0) : vec_of(0);
        for (size_t step = 0; step < steps; step++)
            EACH(i, BESIDE) x[i] *= vec_of(by[step]);
        EACH(i, BESIDE)
            if (at + i * WIDTH < n)
                vec_put(w + at + i * WIDTH, x[i], n - at - i * WIDTH);
    }
}

WIDTHS(adamw_squares)
double adamw_squares(size_t n, const float *x)
{
    double sum[LANES] = {0};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        for (size_t j = 0; j < LANES; j++)
            sum[j] += (double)x[i + j] * (double)x[i + j];
    for (; i < n; i++)
        sum[i % LANES] += (double)x[i] * (double)x[i];
    for (size_t half = LANES / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            sum[j] += sum[j + half];
    return sum[0];
}
