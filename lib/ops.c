/* ops: LayerNorm, softmax and sums. */
#include "ops.h"

#include <math.h>

#include "vec.h"

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

WIDTHS(ops_softmax)
void ops_softmax(size_t n, float *row, float scale)
{
    vec most = vec_of(-INFINITY);
    struct sums sum = {0};
    for (size_t i = 0; i < n; i += WIDTH) {
        vec v = vec_first(row + i, n - i, -INFINITY) * vec_of(scale);
        vec_put(row + i, v, n - i);
        most = vec_max(most, v);
    }
    most = vec_of(vec_greatest(most));
    FOR_PARTS(i, part, n) {
        vec v = vec_exp(vec_first(row + i, n - i, 0) - most);
        vec_put(row + i, v, n - i);
        sum.part[part] += vec_cut(v, n - i);
    }
    vec factor = vec_of(1 / sums_total(sum));
    for (size_t i = 0; i < n; i += WIDTH)
        vec_put(row + i, vec_first(row + i, n - i, 0) * factor, n - i);
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
