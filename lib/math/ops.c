/* ops: LayerNorm, softmax and sums. */
#include "math/ops.h"

#include <math.h>

#include "math/vec.h"

WIDTHS(ops_bias_dropout_residual_norm)
void ops_bias_dropout_residual_norm(size_t n, float *row, const float *bias, const float *keep, const float *residual,
                                    const float *gain, const float *shift, float eps, float *normal, float *rstd, float *y)
{
    struct sums sum = {0}, square = {0};
    FOR_PARTS(i, part, n) {
        vec v = vec_first(row + i, n - i, 0);
        if (bias)
            v += vec_first(bias + i, n - i, 0);
        if (keep)
            v *= vec_first(keep + i, n - i, 0);
        if (residual)
            v += vec_first(residual + i, n - i, 0);
        vec_put(row + i, v, n - i);
        sum.part[part] += v;
    }
    float mean = sums_total(sum) / (float)n;
    FOR_PARTS(i, part, n) {
        vec v = vec_first(row + i, n - i, mean) - vec_of(mean);
        square.part[part] += v * v;
    }
    float scale = 1 / sqrtf(sums_total(square) / (float)n + eps);
    for (size_t i = 0; i < n; i += WIDTH) {
        vec v = (vec_first(row + i, n - i, 0) - vec_of(mean)) * vec_of(scale);
        if (normal)
            vec_put(normal + i, v, n - i);
        vec_put(y + i, v * vec_first(gain + i, n - i, 0) + vec_first(shift + i, n - i, 0), n - i);
    }
    if (rstd)
        *rstd = scale;
}

WIDTHS(ops_gain_shift)
void ops_gain_shift(size_t n, const float *normal, const float *gain, const float *shift, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = normal[i] * gain[i] + shift[i];
}

WIDTHS(ops_norm_backward)
void ops_norm_backward(size_t n, const float *dy, const float *normal, float rstd, const float *gain, float *dx)
{
    struct sums sum = {0}, product = {0};
    FOR_PARTS(i, part, n) {
        vec d = vec_first(dy + i, n - i, 0) * vec_first(gain + i, n - i, 0);
        sum.part[part] += d;
        product.part[part] += d * vec_first(normal + i, n - i, 0);
    }
    vec mean = vec_of(sums_total(sum) / (float)n), slope = vec_of(sums_total(product) / (float)n);
    for (size_t i = 0; i < n; i += WIDTH) {
        vec d = vec_first(dy + i, n - i, 0) * vec_first(gain + i, n - i, 0);
        vec_put(dx + i, vec_of(rstd) * ((d - mean) - vec_first(normal + i, n - i, 0) * slope), n - i);
    }
}

WIDTHS(ops_add)
void ops_add(size_t n, float *y, const float *x)
{
    for (size_t i = 0; i < n; i++)
        y[i] += x[i];
}

WIDTHS(ops_multiply)
void ops_multiply(size_t n, float *row, const float *keep)
{
    for (size_t i = 0; i < n; i++)
        row[i] *= keep[i];
}

WIDTHS(ops_scale)
void ops_scale(size_t n, float *row, float factor)
{
    for (size_t i = 0; i < n; i++)
        row[i] *= factor;
}

enum { SHORT_BLOCKS = 4 };

/* A row of at most `blocks`, a constant, times LANES elements: it stays in registers. */
INLINE void softmax_short(const size_t blocks, size_t n, float *row, float scale)
{
    const size_t vectors = blocks * PARTS;
    vec x[SHORT_BLOCKS * PARTS], most = vec_of(-INFINITY);
    struct sums sum = {0};
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++) {
        x[i] = i * WIDTH < n ? vec_first(row + i * WIDTH, n - i * WIDTH, -INFINITY) * vec_of(scale) : vec_of(-INFINITY);
        most = vec_max(most, x[i]);
    }
    most = vec_of(vec_greatest(most));
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++)
        x[i] -= most;
#pragma GCC unroll 4
    for (size_t i = 0; i < vectors; i += BESIDE)
        vec_exp(vectors - i < BESIDE ? vectors - i : BESIDE, x + i);
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++) {
        x[i] = i * WIDTH < n ? vec_cut(x[i], n - i * WIDTH) : vec_of(0);
        sum.part[i % PARTS] += x[i];
    }
    vec factor = vec_of(1 / sums_total(sum));
#pragma GCC unroll 16
    for (size_t i = 0; i < vectors; i++)
        if (i * WIDTH < n)
            vec_put(row + i * WIDTH, x[i] * factor, n - i * WIDTH);
}

/* `n` vectors, the first of them with element `at` of the row. */
INLINE void exponentials(const size_t n, size_t left, float *row, float scale, vec most, size_t at, struct sums *sum)
{
    vec x[BESIDE];
    EACH(i, n) x[i] = vec_fma(vec_first(row + i * WIDTH, left - i * WIDTH, 0), vec_of(scale), -most);
    vec_exp(n, x);
    EACH(i, n) vec_put(row + i * WIDTH, x[i], left - i * WIDTH);
    EACH(i, n) sum->part[(at / WIDTH + i) % PARTS] += vec_cut(x[i], left - i * WIDTH);
}

WIDTHS(ops_exponentials)
float ops_exponentials(size_t n, float *row, float scale)
{
    switch ((n + LANES - 1) / LANES) {
    case 1: softmax_short(1, n, row, scale); return 1;
    case 2: softmax_short(2, n, row, scale); return 1;
    case 3: softmax_short(3, n, row, scale); return 1;
    case SHORT_BLOCKS: softmax_short(SHORT_BLOCKS, n, row, scale); return 1;
    }
    size_t i = 0;
    vec most = vec_of(-INFINITY), other[BESIDE] = {most, most, most, most};
    struct sums sum = {0};
    for (; i + BESIDE * WIDTH <= n; i += BESIDE * WIDTH)
        EACH(k, BESIDE) other[k] = vec_max(other[k], vec_load(row + i + k * WIDTH));
    for (; i < n; i += WIDTH)
        most = vec_max(most, vec_first(row + i, n - i, -INFINITY));
    EACH(k, BESIDE) most = vec_max(most, other[k]);
    most = vec_of(vec_greatest(most) * scale);
    i = 0;
    for (; i + BESIDE * WIDTH <= n; i += BESIDE * WIDTH)
        exponentials(BESIDE, BESIDE * WIDTH, row + i, scale, most, i, &sum);
    for (; i < n; i += WIDTH)
        exponentials(1, n - i, row + i, scale, most, i, &sum);
    return 1 / sums_total(sum);
}

WIDTHS(ops_softmax)
void ops_softmax(size_t n, float *row, float scale)
{
    ops_scale(n, row, ops_exponentials(n, row, scale));
}

WIDTHS(ops_softmax_backward)
void ops_softmax_backward(size_t n, const float *p, float *dp, float scale)
{
    struct sums sum = {0};
    FOR_PARTS(i, part, n)
        sum.part[part] += vec_first(p + i, n - i, 0) * vec_first(dp + i, n - i, 0);
    vec total = vec_of(sums_total(sum));
    for (size_t i = 0; i < n; i += WIDTH)
        vec_put(dp + i, vec_of(scale) * (vec_first(p + i, n - i, 0) * (vec_first(dp + i, n - i, 0) - total)), n - i);
}

WIDTHS(ops_sum_columns)
void ops_sum_columns(size_t rows, size_t from, size_t to, const float *d, size_t ldd, float *sum)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = from; j < to; j++)
            sum[j] += d[r * ldd + j];
}

WIDTHS(ops_sum_columns_product)
void ops_sum_columns_product(size_t rows, size_t from, size_t to, const float *d, const float *normal, size_t ld, float *sum)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = from; j < to; j++)
            sum[j] += d[r * ld + j] * normal[r * ld + j];
}
