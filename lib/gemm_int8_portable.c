/* gemm_int8_portable: plain C, for processors without a kernel of ours. */
#include "gemm_int8_kernels.h"

static bool runs_here(void)
{
    return true;
}

static void tile(size_t rows, size_t quads, const uint8_t *a, size_t lda, const int8_t *b, const struct int8_out *out)
{
    int32_t sum[INT8_ROWS_MAX * INT8_COLUMNS];
    for (size_t i = 0; i < rows; i++) {
        int32_t row[INT8_COLUMNS] = {0};
        const uint8_t *x = a + i * lda;
        const int8_t *w = b;
        for (size_t p = 0; p < quads; p++, x += 4, w += 4 * INT8_COLUMNS)
            for (size_t j = 0; j < INT8_COLUMNS; j++)
                row[j] += x[0] * w[4 * j] + x[1] * w[4 * j + 1] + x[2] * w[4 * j + 2] + x[3] * w[4 * j + 3];
        for (size_t j = 0; j < INT8_COLUMNS; j++)
            sum[i * INT8_COLUMNS + j] = row[j];
    }
    int8_dequantize(rows, sum, out);
}

const struct gemm_int8_kernel gemm_int8_portable = {"c", "openblas", 4, runs_here, tile};
