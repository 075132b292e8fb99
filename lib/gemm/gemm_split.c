/* gemm_split: panels and rows for products of sums of bfloat16. */
#include "gemm/gemm_split.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

void gemm_split_round(size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        if ((bits & 0x7fffffff) > 0x7f800000)
            continue; /* NaN */
        bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
        memcpy(x + i, &bits, sizeof bits);
    }
}

static void split(size_t n, const float *x, float *high, float *middle)
{
    memcpy(high, x, n * sizeof *x);
    gemm_split_round(n, high);
    for (size_t i = 0; i < n; i++)
        middle[i] = isfinite(high[i]) ? x[i] - high[i] : 0;
    gemm_split_round(n, middle);
}

/* A strip of steps at a time: its numbers are split, each part is packed, and the parts' elements take their turns. */
void gemm_split_panel(const struct gemm_kernel *g, bool left, bool transposed, size_t width, size_t columns, size_t k,
                      const float *from, size_t ld, void *to)
{
    enum { STRIP = 32, COLUMNS_MAX = 64, HIGH = 0, MIDDLE = 1 };
    static const int order[2][GEMM_SPLIT_TERMS] = {{HIGH, MIDDLE, HIGH}, {HIGH, HIGH, MIDDLE}};
    float part[2][STRIP * COLUMNS_MAX];
    uint32_t packed[2][STRIP * COLUMNS_MAX], *element = to;
    for (size_t p = 0; p < k; p += STRIP) {
        size_t steps = k - p < STRIP ? k - p : STRIP, rows = transposed ? width : steps, n = transposed ? steps : width;
        for (size_t i = 0; i < rows; i++)
            split(n, from + (transposed ? p : p * ld) + i * ld, part[HIGH] + i * n, part[MIDDLE] + i * n);
        for (int h = HIGH; h <= MIDDLE; h++)
            if (columns == 1)
                g->row(steps, part[h], packed[h]);
            else
                (transposed ? g->transpose : g->copy)(width, columns, steps, part[h], n, packed[h]);
        for (size_t e = 0; e < (steps + g->unit - 1) / g->unit; e++)
            for (size_t t = 0; t < GEMM_SPLIT_TERMS; t++, element += columns)
                memcpy(element, packed[order[left][t]] + e * columns, columns * sizeof *element);
    }
}
