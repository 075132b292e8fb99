/* gemm_openblas: the fp32 kernel for processors without fused multiply-adds. OpenBLAS computes its tiles.
 *
 * A BLAS makes no promise about bits. But a call of one shape sums each element in one order; so each call has the same shape: a
 * full tile of rows, filled up with zeros, by a full panel of columns. The order must also be the same for all rows: OpenBLAS's
 * kernel for Haswell and Zen computes twelve of sixteen rows in one way and the last four in another, but eight rows all in one
 * way. */
#include "gemm/gemm_kernels.h"

#include <cblas.h>
#include <string.h>

enum { ROWS = 8, COLUMNS = 64, K_MAX = 512 };

static bool runs_here(void)
{
    return true;
}

static void any_tile(size_t rows, size_t columns, size_t k, const void *a_panel, size_t row_step, size_t k_step, const void *b,
                     size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    (void)ahead;
    const float *a = a_panel;
    bool add = out->store == GEMM_ADD;
    float left[ROWS * K_MAX], c[ROWS * COLUMNS] = {0};
    for (size_t i = 0; i < ROWS; i++)
        for (size_t p = 0; p < k; p++)
            left[i * k + p] = i < rows ? a[i * row_step + p * k_step] : 0;
    for (size_t i = 0; add && i < rows; i++)
        memcpy(c + i * COLUMNS, out->c + i * out->ldc, columns * sizeof *c);
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, ROWS, COLUMNS, (int)k, 1, left, (int)k, b, (int)b_step, add ? 1 : 0, c,
                COLUMNS);
    for (size_t i = 0; i < rows; i++)
        memcpy(out->c + i * out->ldc, c + i * COLUMNS, columns * sizeof *c);
    for (size_t i = 0; out->squares && i < rows; i += GEMM_SQUARES_ROWS)
        for (size_t j = 0; j < columns; j += GEMM_SQUARES_COLUMNS)
            out->squares[i / GEMM_SQUARES_ROWS * out->ld_squares + j / GEMM_SQUARES_COLUMNS] =
                gemm_squares(rows - i < 2 ? 1 : 2, c + i * COLUMNS + j, COLUMNS);
}

const struct gemm_kernel gemm_openblas = {
    .name = "openblas",
    .rows = ROWS,
    .columns = COLUMNS,
    .bytes = sizeof(float),
    .unit = 1,
    .strides = false,
    .streams = false,
    .runs_here = runs_here,
    .tile = any_tile,
    .transpose = gemm_transpose_plain,
    .copy = gemm_copy_plain,
    .row = gemm_row_plain,
};
