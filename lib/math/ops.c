/* ops: LayerNorm, softmax and sums. */
#include "math/ops.h"

#include <math.h>

#include "math/vec.h"

VEC_INLINE void norm(const bool whole, size_t n, float *row, const float *bias, const float *mask, const float *residual,
                     const float *gamma, const float *beta, float eps, float *xhat, float *rstd, float *y)
{
    struct vec_sums sum = {0}, square = {0};
    VEC_FOR_PARTS(i, part, n)
    {
        const size_t left = vec_left(whole, n, i);
        vec v = vec_load_first(row + i, left, 0);
        if (bias)
            v += vec_load_first(bias + i, left, 0);
        if (mask)
            v *= vec_load_first(mask + i, left, 0);
        if (residual)
            v += vec_load_first(residual + i, left, 0);
        vec_store_first(row + i, v, left);
        sum.part[part] += v;
    }
    float mean = vec_sums_total(sum) / (float)n;
    VEC_FOR_PARTS(i, part, n)
    {
        vec v = vec_load_first(row + i, vec_left(whole, n, i), mean) - vec_of(mean);
        square.part[part] += v * v;
    }
    float scale = 1 / sqrtf(vec_sums_total(square) / (float)n + eps);
    for (size_t i = 0; i < n; i += VEC_SIZE) {
        const size_t left = vec_left(whole, n, i);
        vec v = (vec_load_first(row + i, left, 0) - vec_of(mean)) * vec_of(scale);
        if (xhat)
            vec_store_first(xhat + i, v, left);
        vec_store_first(y + i, v * vec_load_first(gamma + i, left, 0) + vec_load_first(beta + i, left, 0), left);
    }
    if (rstd)
        *rstd = scale;
}

VEC_MULTIVERSION(ops_bias_dropout_residual_norm)
void ops_bias_dropout_residual_norm(size_t n, float *row, const float *bias, const float *mask, const float *residual,
                                    const float *gamma, const float *beta, float eps, float *xhat, float *rstd, float *y)
{
    if (n % VEC_LANES == 0)
        norm(true, n, row, bias, mask, residual, gamma, beta, eps, xhat, rstd, y);
    else
        norm(false, n, row, bias, mask, residual, gamma, beta, eps, xhat, rstd, y);
}

VEC_MULTIVERSION(ops_norm_affine)
void ops_norm_affine(size_t n, const float *xhat, const float *gamma, const float *beta, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = xhat[i] * gamma[i] + beta[i];
}

VEC_INLINE void norm_backward(const bool whole, size_t n, const float *dy, const float *xhat, float rstd, const float *gamma,
                              float *dx)
{
    struct vec_sums sum = {0}, product = {0};
    VEC_FOR_PARTS(i, part, n)
    {
        const size_t left = vec_left(whole, n, i);
        vec d = vec_load_first(dy + i, left, 0) * vec_load_first(gamma + i, left, 0);
        sum.part[part] += d;
        product.part[part] += d * vec_load_first(xhat + i, left, 0);
    }
    vec mean = vec_of(vec_sums_total(sum) / (float)n), slope = vec_of(vec_sums_total(product) / (float)n);
    for (size_t i = 0; i < n; i += VEC_SIZE) {
        const size_t left = vec_left(whole, n, i);
        vec d = vec_load_first(dy + i, left, 0) * vec_load_first(gamma + i, left, 0);
        vec_store_first(dx + i, vec_of(rstd) * ((d - mean) - vec_load_first(xhat + i, left, 0) * slope), left);
    }
}

VEC_MULTIVERSION(ops_norm_backward)
void ops_norm_backward(size_t n, const float *dy, const float *xhat, float rstd, const float *gamma, float *dx)
{
    if (n % VEC_LANES == 0)
        norm_backward(true, n, dy, xhat, rstd, gamma, dx);
    else
        norm_backward(false, n, dy, xhat, rstd, gamma, dx);
}

VEC_MULTIVERSION(ops_add)
void ops_add(size_t n, float *y, const float *x)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

VEC_MULTIVERSION(ops_multiply)
void ops_multiply(size_t n, float *y, const float *x)
{
    for (size_t i = 0; i < n; i++)
        y[i] *= x[i];
}

VEC_MULTIVERSION(ops_scale)
void ops_scale(size_t n, float *row, float factor)
{
    for (size_t i = 0; i < n; i++)
        row[i] *= factor;
}

enum { SHORT_BLOCKS = 4 };

/* A row of at most blocks * VEC_LANES elements: it stays in registers. `blocks` is a constant. */
VEC_INLINE void softmax_short(const size_t blocks, size_t n, float *row, float scale)
{
    const size_t vectors = blocks * VEC_PARTS;
    vec x[SHORT_BLOCKS * VEC_PARTS], max = vec_of(-INFINITY);
    struct vec_sums sum = {0};
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++) {
        x[i] = i * VEC_SIZE < n ? vec_load_first(row + i * VEC_SIZE, n - i * VEC_SIZE, -INFINITY) * vec_of(scale)
                                : vec_of(-INFINITY);
        max = vec_max(max, x[i]);
    }
    max = vec_of(vec_reduce_max(max));
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++)
        x[i] -= max;
#pragma GCC unroll 4
    for (size_t i = 0; i < vectors; i += VEC_UNROLL)
        vec_exp(vectors - i < VEC_UNROLL ? vectors - i : VEC_UNROLL, x + i);
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++) {
        x[i] = i * VEC_SIZE < n ? vec_keep_first(x[i], n - i * VEC_SIZE) : vec_of(0);
        sum.part[i % VEC_PARTS] += x[i];
    }
    vec factor = vec_of(1 / vec_sums_total(sum));
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++)
        if (i * VEC_SIZE < n)
            vec_store_first(row + i * VEC_SIZE, x[i] * factor, n - i * VEC_SIZE);
}

/* exp(scale * x - max) of n vectors, which begin with element `position` of the row, and their sums. */
VEC_INLINE void exp_vectors(const size_t n, size_t left, float *row, float scale, vec max, size_t position, struct vec_sums *sum)
{
    vec x[VEC_UNROLL];
    VEC_EACH(i, n) x[i] = vec_fma(vec_load_first(row + i * VEC_SIZE, left - i * VEC_SIZE, 0), vec_of(scale), -max);
    vec_exp(n, x);
    VEC_EACH(i, n) vec_store_first(row + i * VEC_SIZE, x[i], left - i * VEC_SIZE);
    VEC_EACH(i, n) sum->part[(position / VEC_SIZE + i) % VEC_PARTS] += vec_keep_first(x[i], left - i * VEC_SIZE);
}

VEC_MULTIVERSION(ops_softmax_unnormalised)
float ops_softmax_unnormalised(size_t n, float *row, float scale)
{
    switch ((n + VEC_LANES - 1) / VEC_LANES) {
    case 1: softmax_short(1, n, row, scale); return 1;
    case 2: softmax_short(2, n, row, scale); return 1;
    case 3: softmax_short(3, n, row, scale); return 1;
    case SHORT_BLOCKS: softmax_short(SHORT_BLOCKS, n, row, scale); return 1;
    }
    size_t i = 0;
    vec max = vec_of(-INFINITY), maxima[VEC_UNROLL] = {max, max, max, max};
    struct vec_sums sum = {0};
    for (; i + VEC_UNROLL * VEC_SIZE <= n; i += VEC_UNROLL * VEC_SIZE)
        VEC_EACH(k, VEC_UNROLL) maxima[k] = vec_max(maxima[k], vec_load(row + i + k * VEC_SIZE));
    for (; i < n; i += VEC_SIZE)
        max = vec_max(max, vec_load_first(row + i, n - i, -INFINITY));
    VEC_EACH(k, VEC_UNROLL) max = vec_max(max, maxima[k]);
    max = vec_of(vec_reduce_max(max) * scale);
    i = 0;
    for (; i + VEC_UNROLL * VEC_SIZE <= n; i += VEC_UNROLL * VEC_SIZE)
        exp_vectors(VEC_UNROLL, VEC_UNROLL * VEC_SIZE, row + i, scale, max, i, &sum);
    for (; i < n; i += VEC_SIZE)
        exp_vectors(1, n - i, row + i, scale, max, i, &sum);
    return 1 / vec_sums_total(sum);
}

VEC_MULTIVERSION(ops_softmax)
void ops_softmax(size_t n, float *row, float scale)
{
    ops_scale(n, row, ops_softmax_unnormalised(n, row, scale));
}

VEC_MULTIVERSION(ops_softmax_backward)
void ops_softmax_backward(size_t n, const float *p, float *dp, float scale)
{
    struct vec_sums sum = {0};
    VEC_FOR_PARTS(i, part, n)
    sum.part[part] += vec_load_first(p + i, n - i, 0) * vec_load_first(dp + i, n - i, 0);
    vec total = vec_of(vec_sums_total(sum));
    for (size_t i = 0; i < n; i += VEC_SIZE)
        vec_store_first(dp + i, vec_of(scale) * (vec_load_first(p + i, n - i, 0) * (vec_load_first(dp + i, n - i, 0) - total)),
                        n - i);
}

VEC_MULTIVERSION(ops_sum)
double ops_sum(size_t n, const float *x)
{
    double sum[VEC_LANES] = {0};
    size_t i = 0;
    for (; i + VEC_LANES <= n; i += VEC_LANES)
        for (size_t j = 0; j < VEC_LANES; j++)
            sum[j] += (double)x[i + j];
    for (; i < n; i++)
        sum[i % VEC_LANES] += (double)x[i];
    for (size_t half = VEC_LANES / 2; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            sum[j] += sum[j + half];
    return sum[0];
}

VEC_MULTIVERSION(ops_sum_columns)
void ops_sum_columns(size_t rows, size_t from, size_t to, const float *d, size_t ldd, float *sum)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = from; j < to; j++)
            sum[j] += d[r * ldd + j];
}

VEC_MULTIVERSION(ops_sum_columns_product)
void ops_sum_columns_product(size_t rows, size_t from, size_t to, const float *d, const float *xhat, size_t ld, float *sum)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = from; j < to; j++)
            sum[j] += d[r * ld + j] * xhat[r * ld + j];
}
