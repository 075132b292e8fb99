/* gemm_int8_portable: the int8 kernel in plain C, for processors without one of ours. The shortest kernel: read it first. */
#include "gemm/gemm_int8_kernels.h"

enum { COLUMNS = 32 };

static bool runs_here(void)
{
    return true;
}

static void tile(size_t rows, const uint8_t *a, size_t lda, const struct gemm_int8_panel *b, const struct gemm_int8_out *out)
{
    for (size_t i = 0; i < rows; i++) {
        int32_t sum[COLUMNS] = {0};
        const uint8_t *x = a + i * lda;
        const int8_t *w = b->bytes;
        for (size_t p = 0; p < b->quads; p++, x += 4, w += 4 * COLUMNS)
            for (size_t j = 0; j < COLUMNS; j++)
                sum[j] += x[0] * w[4 * j] + x[1] * w[4 * j + 1] + x[2] * w[4 * j + 2] + x[3] * w[4 * j + 3];
        for (size_t j = 0; j < out->columns; j++) {
            float y = (float)(sum[j] - out->weights[j] * out->row[i].zero) * (out->scale[j] * out->row[i].scale);
            out->y[i * out->ldy + j] = out->bias ? y + out->bias[j] : y;
        }
    }
}

const struct gemm_int8_kernel gemm_int8_portable = {
    .name = "c",
    .rows = 4,
    .columns = COLUMNS,
    .pairs = false,
    .runs_here = runs_here,
    .tile = tile,
};
