/* ops: LayerNorm, softmax and sums. */
#include "ops.h"

#include <math.h>

#include "vec.h"

/* `i` runs over whole vectors; the rest, `n` elements, follows. */
#define FOR_VECTORS(i, size) for (; (i) + LANES <= (size); (i) += LANES)

CLONES void ops_bias_dropout_residual_norm(size_t n, float *row, const float *bias, const float *keep,
                                           const float *residual, const float *gain, const float *shift, float eps,
                                           float *normal, float *rstd, float *y)
{
    vec sum = vec_of(0);
    size_t i = 0;
    FOR_VECTORS(i, n) {
        vec v = vec_load(row + i);
        if (bias)
            v += vec_load(bias + i);
        if (keep)
            v *= vec_load(keep + i);
        if (residual)
            v += vec_load(residual + i);
        vec_store(row + i, v);
        sum += v;
    }
    size_t rest = n - i;
    if (rest) {
        vec v = vec_load_n(row + i, rest);
        if (bias)
            v += vec_load_n(bias + i, rest);
        if (keep)
            v *= vec_load_n(keep + i, rest);
        if (residual)
            v += vec_load_n(residual + i, rest);
        vec_store_n(row + i, v, rest);
        sum += v;
    }
    float mean = vec_sum(sum) / (float)n;
    vec middle = vec_of(mean), square = vec_of(0);
    i = 0;
    FOR_VECTORS(i, n) {
        vec v = vec_load(row + i) - middle;
        square += v * v;
    }
    if (rest) {
        vec v = vec_load_n(row + i, rest) - vec_load_n((const float *)&middle, rest);
        square += v * v;
    }
    float scale = 1 / sqrtf(vec_sum(square) / (float)n + eps);
    vec s = vec_of(scale);
    i = 0;
    FOR_VECTORS(i, n) {
        vec v = (vec_load(row + i) - middle) * s;
        if (normal)
            vec_store(normal + i, v);
        vec_store(y + i, v * vec_load(gain + i) + vec_load(shift + i));
    }
    if (rest) {
        vec v = (vec_load_n(row + i, rest) - middle) * s;
        if (normal)
            vec_store_n(normal + i, v, rest);
        vec_store_n(y + i, v * vec_load_n(gain + i, rest) + vec_load_n(shift + i, rest), rest);
    }
    if (rstd)
        *rstd = scale;
}

CLONES void ops_gain_shift(size_t n, const float *normal, const float *gain, const float *shift, float *y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = normal[i] * gain[i] + shift[i];
}

CLONES void ops_norm_backward(size_t n, const float *dy, const float *normal, float rstd, const float *gain, float *dx)
{
    vec sum = vec_of(0), product = vec_of(0);
    size_t i = 0;
    FOR_VECTORS(i, n) {
        vec d = vec_load(dy + i) * vec_load(gain + i);
        sum += d;
        product += d * vec_load(normal + i);
    }
    size_t rest = n - i;
    if (rest) {
        vec d = vec_load_n(dy + i, rest) * vec_load_n(gain + i, rest);
        sum += d;
        product += d * vec_load_n(normal + i, rest);
    }
    vec mean = vec_of(vec_sum(sum) / (float)n), slope = vec_of(vec_sum(product) / (float)n), s = vec_of(rstd);
    i = 0;
    FOR_VECTORS(i, n) {
        vec d = vec_load(dy + i) * vec_load(gain + i);
        vec_store(dx + i, s * ((d - mean) - vec_load(normal + i) * slope));
    }
    if (rest) {
        vec d = vec_load_n(dy + i, rest) * vec_load_n(gain + i, rest);
        vec_store_n(dx + i, s * ((d - mean) - vec_load_n(normal + i, rest) * slope), rest);
    }
}

CLONES void ops_add_bias(size_t n, float *row, const float *bias)
{
    for (size_t i = 0; i < n; i++)
        row[i] += bias[i];
}

CLONES void ops_multiply(size_t n, float *row, const float *keep)
{
    for (size_t i = 0; i < n; i++)
        row[i] *= keep[i];
}

void ops_add(size_t n, float *y, const float *x)
{
    ops_add_bias(n, y, x);
}

CLONES void ops_softmax(size_t n, float *row, float scale)
{
    vec most = vec_of(-INFINITY), factor = vec_of(scale), sum = vec_of(0);
    size_t i = 0;
    FOR_VECTORS(i, n) {
        vec v = vec_load(row + i) * factor;
        vec_store(row + i, v);
        most = vec_max(most, v);
    }
    size_t rest = n - i;
    float greatest = vec_greatest(most);
    for (size_t j = i; j < n; j++) {
        row[j] *= scale;
        greatest = row[j] > greatest ? row[j] : greatest;
    }
    most = vec_of(greatest);
    i = 0;
    FOR_VECTORS(i, n) {
        vec v = vec_exp(vec_load(row + i) - most);
        vec_store(row + i, v);
        sum += v;
    }
    if (rest) {
        vec v = vec_exp(vec_load_n(row + i, rest) - most);
        vec_store_n(row + i, v, rest);
        sum += vec_load_n((const float *)&v, rest);
    }
    factor = vec_of(1 / vec_sum(sum));
    i = 0;
    FOR_VECTORS(i, n)
        vec_store(row + i, vec_load(row + i) * factor);
    if (rest)
        vec_store_n(row + i, vec_load_n(row + i, rest) * factor, rest);
}

CLONES void ops_softmax_backward(size_t n, const float *p, float *dp, float scale)
{
    vec sum = vec_of(0);
    size_t i = 0;
    FOR_VECTORS(i, n)
        sum += vec_load(p + i) * vec_load(dp + i);
    size_t rest = n - i;
    if (rest)
        sum += vec_load_n(p + i, rest) * vec_load_n(dp + i, rest);
    float total = vec_sum(sum);
    for (i = 0; i < n; i++)
        dp[i] = scale * (p[i] * (dp[i] - total));
}

CLONES void ops_sum_columns(size_t rows, size_t from, size_t to, const float *d, size_t ldd, float *sum)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = from; j < to; j++)
            sum[j] += d[r * ldd + j];
}

CLONES void ops_sum_columns_product(size_t rows, size_t from, size_t to, const float *d, const float *normal, size_t ld,
                                    float *sum)
{
    for (size_t r = 0; r < rows; r++)
        for (size_t j = from; j < to; j++)
            sum[j] += d[r * ld + j] * normal[r * ld + j];
}
