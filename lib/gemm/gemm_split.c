/* gemm_split: panels and rows for products of sums of bfloat16. */
#include "gemm/gemm_split.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "math/vec.h"

enum { ELEMENTS = 2048, COLUMNS_MAX = 64 }; /* of a strip: its numbers and their parts stay in the first-level cache */

/* NaN stays as it is. */
VEC_INLINE vec rounded(vec x)
{
    vec_uint bits = (vec_uint)x, up = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
    return vec_select(x == x, (vec)up, x);
}

VEC_MULTIVERSION(gemm_split_round)
void gemm_split_round(size_t n, float *x)
{
    for (size_t i = 0; i < n; i += VEC_SIZE)
        vec_store_first(x + i, rounded(vec_load_first(x + i, n - i, 0)), n - i);
}

VEC_INLINE void split(size_t n, const float *x, float *high, float *middle)
{
    for (size_t i = 0; i < n; i += VEC_SIZE) {
        vec v = vec_load_first(x + i, n - i, 0), h = rounded(v);
        vec_store_first(high + i, h, n - i);
        vec_store_first(middle + i, vec_select(vec_abs(h) < vec_of(INFINITY), rounded(v - h), vec_of(0)), n - i);
    }
}

/* The terms' elements take their turns, `columns` of each at a time. */
VEC_INLINE void take_turns(size_t elements, size_t columns, const uint32_t *const term[GEMM_SPLIT_TERMS], uint32_t *to)
{
    for (size_t e = 0; e < elements; e++)
        for (size_t t = 0; t < GEMM_SPLIT_TERMS; t++, to += columns)
            memcpy(to, term[t] + e * columns, columns * sizeof *to);
}

VEC_MULTIVERSION(gemm_split_panel)
void gemm_split_panel(const struct gemm_kernel *g, bool left, bool transposed, size_t width, size_t columns, size_t k,
                      const float *from, size_t ld, void *to)
{
    const size_t strip = columns == 1 ? ELEMENTS : ELEMENTS / COLUMNS_MAX;
    float high[ELEMENTS], middle[ELEMENTS];
    uint32_t packed_high[ELEMENTS], packed_middle[ELEMENTS], *element = to;
    const uint32_t *const term[GEMM_SPLIT_TERMS] = {packed_high, left ? packed_high : packed_middle,
                                                    left ? packed_middle : packed_high};
    for (size_t p = 0; p < k; p += strip) {
        size_t steps = k - p < strip ? k - p : strip, rows = transposed ? width : steps, n = transposed ? steps : width;
        size_t elements = (steps + g->unit - 1) / g->unit;
        for (size_t i = 0; i < rows; i++)
            split(n, from + (transposed ? p : p * ld) + i * ld, high + i * n, middle + i * n);
        for (int h = 0; h < 2; h++) {
            const float *part = h ? middle : high;
            uint32_t *packed = h ? packed_middle : packed_high;
            if (columns == 1)
                g->row(steps, part, packed);
            else
                (transposed ? g->transpose : g->copy)(width, columns, steps, part, n, packed);
        }
        switch (columns) { /* the loop over a constant becomes vectors */
        case 1: take_turns(elements, 1, term, element); break;
        case 16: take_turns(elements, 16, term, element); break;
        default: take_turns(elements, columns, term, element);
        }
        element += GEMM_SPLIT_TERMS * elements * columns;
    }
}

/* middle [n], before it is rounded: packing does that. */
VEC_INLINE void middle_of(size_t n, const float *x, float *middle)
{
    for (size_t i = 0; i < n; i += VEC_SIZE) {
        vec v = vec_load_first(x + i, n - i, 0), h = rounded(v);
        vec_store_first(middle + i, vec_select(vec_abs(h) < vec_of(INFINITY), v - h, vec_of(0)), n - i);
    }
}

VEC_MULTIVERSION(gemm_split_parts)
void gemm_split_parts(const struct gemm_kernel *g, bool transposed, size_t width, size_t columns, size_t k, const float *from,
                      size_t ld, void *to)
{
    enum { TOGETHER = 32 }; /* the largest `fill` */
    float middle[TOGETHER * COLUMNS_MAX];
    char *part = to;
    for (size_t p = 0; p < k; p += g->fill) {
        const size_t steps = k - p < g->fill ? k - p : g->fill, rows = transposed ? width : steps, n = transposed ? steps : width;
        const size_t element = g->unit * g->bytes * columns, used = (steps + g->unit - 1) / g->unit * element;
        const float *const high = from + (transposed ? p : p * ld);
        for (size_t i = 0; i < rows; i++)
            middle_of(n, high + i * ld, middle + i * n);
        for (int m = 0; m < 2; m++, part += g->fill / g->unit * element) {
            if (columns == 1)
                g->row(steps, m ? middle : high, part);
            else
                (transposed ? g->transpose : g->copy)(width, columns, steps, m ? middle : high, m ? n : ld, part);
            memset(part + used, 0, g->fill / g->unit * element - used);
        }
    }
}
