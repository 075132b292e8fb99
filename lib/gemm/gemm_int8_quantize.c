/* gemm_int8_quantize: rows of activations and of weights become bytes. */
#include <math.h>
#include <string.h>

#include "gemm/gemm_int8_kernels.h"
#include "math/vec.h"

/* The smallest and largest element, 0 among them, and whether all are finite. */
struct range { float low, high, width; bool finite; };

INLINE struct range range_of(size_t n, const float *x)
{
    vec low[PARTS] = {0}, high[PARTS] = {0};
    struct sums poison = {0};
    FOR_PARTS(i, part, n) {
        vec v = vec_first(x + i, n - i, 0);
        low[part] = vec_select(v < low[part], v, low[part]);
        high[part] = vec_max(v, high[part]);
        poison.part[part] += v - v;
    }
    for (size_t part = 1; part < PARTS; part++) {
        low[0] = vec_select(low[part] < low[0], low[part], low[0]);
        high[0] = vec_max(high[part], high[0]);
    }
    struct range r = {.low = -vec_greatest(-low[0]), .high = vec_greatest(high[0])};
    r.width = r.high - r.low;
    r.finite = sums_total(poison) == 0 && r.width < INFINITY;
    return r;
}

/* To the nearest whole number, ties to even, |x| < 2^22: its low bits are those of the float's. */
INLINE int32_t rounded(float x)
{
    float sum = x + 12582912.0f;            /* 1.5 * 2^23 */
    int32_t bits;
    memcpy(&bits, &sum, sizeof bits);
    return bits - 0x4b400000;
}

WIDTHS(int8_quantize)
struct int8_row int8_quantize(size_t k, const float *x, uint8_t *q)
{
    struct range r = range_of(k, x);
    if (!r.finite) {
        memset(q, 0, int8_row_bytes(k));
        return (struct int8_row){NAN, 0};
    }
    float inverse = r.width > 1e-30f ? INT8_ROW_MOST / r.width : 0;
    struct int8_row row = {r.width / INT8_ROW_MOST, -rounded(r.low * inverse)};
    uint8_t zero = (uint8_t)row.zero;
    for (size_t i = 0; i < k; i++) {        /* one too many where both ends are half a step from a whole number */
        uint8_t v = (uint8_t)((uint8_t)rounded(x[i] * inverse) + zero);
        q[i] = v < INT8_ROW_MOST ? v : INT8_ROW_MOST;
    }
    memset(q + k, 0, int8_row_bytes(k) - k);
    return row;
}

WIDTHS(int8_quantize_weights)
void int8_quantize_weights(size_t k, const float *w, int8_t *q, float *scale, int32_t *sum)
{
    struct range r = range_of(k, w);
    float most = greater(r.high, -r.low);
    *scale = r.finite ? most / INT8_WEIGHT_MOST : NAN;
    *sum = 0;
    if (!r.finite)
        memset(q, 0, k);
    float factor = most > 1e-30f ? INT8_WEIGHT_MOST / most : 0;
    for (size_t i = 0; r.finite && i < k; i++) {
        int32_t v = rounded(w[i] * factor);
        *sum += v;
        q[i] = (int8_t)v;
    }
}
