/* gemm_int8_quantize: from rows of activations and of weights to bytes. */
#include <math.h>
#include <string.h>

#include "gemm/gemm_int8_kernels.h"
#include "math/vec.h"

/* The smallest and the largest of the elements and 0, and whether all are finite. */
struct extent {
    float low, high, width;
    bool finite;
};

VEC_INLINE struct extent extent(const bool whole, size_t n, const float *x)
{
    vec low[VEC_PARTS] = {0}, high[VEC_PARTS] = {0};
    struct vec_sums poison = {0};
    VEC_FOR_PARTS(i, part, n)
    {
        vec v = vec_load_first(x + i, vec_left(whole, n, i), 0);
        low[part] = vec_min(v, low[part]);
        high[part] = vec_max(v, high[part]);
        poison.part[part] += v - v; /* NOLINT(misc-redundant-expression): NaN, unless v is finite */
    }
    for (size_t part = 1; part < VEC_PARTS; part++) {
        low[0] = vec_min(low[part], low[0]);
        high[0] = vec_max(high[part], high[0]);
    }
    struct extent r = {.low = -vec_reduce_max(-low[0]), .high = vec_reduce_max(high[0])};
    r.width = r.high - r.low;
    r.finite = vec_sums_total(poison) == 0 && r.width < INFINITY;
    return r;
}

VEC_INLINE struct extent extent_of(size_t n, const float *x)
{
    return n % VEC_LANES == 0 ? extent(true, n, x) : extent(false, n, x);
}

/* To the nearest whole number, ties to even, |x| < 2^22: its low bits are those of the float's. */
VEC_INLINE int32_t rounded(float x)
{
    float sum = x + 12582912.0f; /* 1.5 * 2^23 */
    int32_t bits;
    memcpy(&bits, &sum, sizeof bits);
    return bits - 0x4b400000;
}

VEC_MULTIVERSION(gemm_int8_quantize)
struct gemm_int8_row gemm_int8_quantize(size_t k, const float *x, uint8_t *q)
{
    struct extent r = extent_of(k, x);
    if (!r.finite) {
        memset(q, 0, gemm_int8_row_bytes(k));
        return (struct gemm_int8_row){NAN, 0};
    }
    float inverse = r.width > 1e-30f ? GEMM_INT8_ACTIVATION_MAX / r.width : 0;
    struct gemm_int8_row row = {r.width / GEMM_INT8_ACTIVATION_MAX, -rounded(r.low * inverse)};
    uint8_t zero = (uint8_t)row.zero;
    for (size_t i = 0; i < k; i++) { /* may be one too large if both ends are half a step from a whole number */
        uint8_t v = (uint8_t)((uint8_t)rounded(x[i] * inverse) + zero);
        q[i] = v < GEMM_INT8_ACTIVATION_MAX ? v : GEMM_INT8_ACTIVATION_MAX;
    }
    memset(q + k, 0, gemm_int8_row_bytes(k) - k);
    return row;
}

VEC_MULTIVERSION(gemm_int8_quantize_weights)
void gemm_int8_quantize_weights(size_t k, const float *w, int8_t *q, float *scale, int32_t *sum)
{
    struct extent r = extent_of(k, w);
    float max = vec_greater(r.high, -r.low);
    *scale = r.finite ? max / GEMM_INT8_WEIGHT_MAX : NAN;
    *sum = 0;
    if (!r.finite)
        memset(q, 0, k);
    float factor = max > 1e-30f ? GEMM_INT8_WEIGHT_MAX / max : 0;
    for (size_t i = 0; r.finite && i < k; i++) {
        int32_t v = rounded(w[i] * factor);
        *sum += v;
        q[i] = (int8_t)v;
    }
}
