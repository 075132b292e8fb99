/* adamw: one pass over gradients, moments and weights. */
#include "adamw.h"

#include <math.h>

#include "vec.h"

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

/* torch's order of operations (torch/optim/adam.py, _single_tensor_adam). */
WIDTHS(adamw_update)
void adamw_update(const struct adamw *s, size_t n, const float *g, float *m, float *v, float *w)
{
    for (size_t i = 0; i < n; i += WIDTH) {
        size_t left = n - i;
        vec gi = vec_first(g + i, left, 0) * vec_of(s->scale), wi = vec_first(w + i, left, 0) * vec_of(s->decay);
        vec mi = vec_first(m + i, left, 0), vi = vec_first(v + i, left, 0);
        mi += vec_of(s->one_minus_beta1) * (gi - mi);
        vi = vi * vec_of(s->beta2) + vec_of(s->one_minus_beta2) * gi * gi;
        wi -= vec_of(s->step_size) * (mi / (over_root(vec_sqrt(vi), s) + vec_of(s->epsilon)));
        vec_put(m + i, mi, left);
        vec_put(v + i, vi, left);
        vec_put(w + i, wi, left);
    }
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
