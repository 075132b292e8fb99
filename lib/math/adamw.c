/* adamw: one pass over gradients, moments and weights. */
#include "math/adamw.h"

#include <math.h>

#include "math/vec.h"

/* x / s->root, rounded as a division rounds, without one: the product with the rounded reciprocal leaves an exact remainder
 * (Markstein, "Computation of elementary functions on the IBM RISC System/6000 processor", 1990). */
VEC_INLINE vec over_root(vec x, const struct adamw *s)
{
#if defined(__FMA__)
    vec near = x * vec_of(s->over_root), exact = vec_fma(vec_fma(-near, vec_of(s->root), x), vec_of(s->over_root), near);
    return vec_select(x < vec_of(INFINITY), exact, x);
#else
    return x / vec_of(s->root);
#endif
}

/* torch's order of operations (torch/optim/adam.py, _single_tensor_adam). All vectors of one array are stored before those of the
 * next: in turns, cache lines from the second level would take half as long again. */
VEC_INLINE void update_vectors(const struct adamw *s, const size_t n, size_t left, size_t ahead, const float *g, float *m,
                               float *v, float *w)
{
    vec gi[VEC_UNROLL], mi[VEC_UNROLL], vi[VEC_UNROLL], wi[VEC_UNROLL];
    VEC_EACH(i, n)
    {
        __builtin_prefetch(g + ahead + i * VEC_SIZE);
        __builtin_prefetch(m + ahead + i * VEC_SIZE, 1);
        __builtin_prefetch(v + ahead + i * VEC_SIZE, 1);
        __builtin_prefetch(w + ahead + i * VEC_SIZE, 1);
    }
    VEC_EACH(i, n) gi[i] = vec_load_first(g + i * VEC_SIZE, left - i * VEC_SIZE, 0) * vec_of(s->scale);
    VEC_EACH(i, n) mi[i] = vec_load_first(m + i * VEC_SIZE, left - i * VEC_SIZE, 0);
    VEC_EACH(i, n) mi[i] += vec_of(s->one_minus_beta1) * (gi[i] - mi[i]);
    VEC_EACH(i, n) vi[i] = vec_load_first(v + i * VEC_SIZE, left - i * VEC_SIZE, 0);
    VEC_EACH(i, n) vi[i] = vi[i] * vec_of(s->beta2) + vec_of(s->one_minus_beta2) * gi[i] * gi[i];
    VEC_EACH(i, n) wi[i] = vec_load_first(w + i * VEC_SIZE, left - i * VEC_SIZE, 0) * vec_of(s->decay);
    VEC_EACH(i, n) vec_store_first(m + i * VEC_SIZE, mi[i], left - i * VEC_SIZE);
    VEC_EACH(i, n) vec_store_first(v + i * VEC_SIZE, vi[i], left - i * VEC_SIZE);
    VEC_EACH(i, n) wi[i] -= vec_of(s->step_size) * (mi[i] / (over_root(vec_sqrt(vi[i]), s) + vec_of(s->epsilon)));
    VEC_EACH(i, n) vec_store_first(w + i * VEC_SIZE, wi[i], left - i * VEC_SIZE);
}

VEC_MULTIVERSION(adamw_update)
void adamw_update(const struct adamw *s, size_t n, size_t ahead, const float *g, float *m, float *v, float *w)
{
    size_t i = 0;
    for (; i + VEC_UNROLL * VEC_SIZE <= n; i += VEC_UNROLL * VEC_SIZE)
        update_vectors(s, VEC_UNROLL, VEC_UNROLL * VEC_SIZE, ahead, g + i, m + i, v + i, w + i);
    for (; i < n; i += VEC_SIZE)
        update_vectors(s, 1, n - i, ahead, g + i, m + i, v + i, w + i);
}

VEC_MULTIVERSION(adamw_decay)
void adamw_decay(size_t steps, const float *by, size_t n, float *w)
{
    for (size_t offset = 0; offset < n; offset += VEC_UNROLL * VEC_SIZE) {
        vec x[VEC_UNROLL];
        VEC_EACH(i, VEC_UNROLL)
        x[i] = offset + i * VEC_SIZE < n ? vec_load_first(w + offset + i * VEC_SIZE, n - offset - i * VEC_SIZE, 0) : vec_of(0);
        for (size_t step = 0; step < steps; step++)
            VEC_EACH(i, VEC_UNROLL) x[i] *= vec_of(by[step]);
        VEC_EACH(i, VEC_UNROLL)
        if (offset + i * VEC_SIZE < n)
            vec_store_first(w + offset + i * VEC_SIZE, x[i], n - offset - i * VEC_SIZE);
    }
}

VEC_MULTIVERSION(adamw_squares)
double adamw_squares(size_t n, const float *x)
{
    double sum[VEC_LANES] = {0};
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        for (size_t j = 0; j < VEC_LANES; j++)
            sum[j] += (double)x[i + j] * (double)x[i + j];
    for (; i < n; i++)
        sum[i % VEC_LANES] += (double)x[i] * (double)x[i];
    for (size_t half = VEC_LANES / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            sum[j] += sum[j + half];
    return sum[0];
}
