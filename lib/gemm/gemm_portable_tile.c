/* gemm_portable_tile: the tile of gemm_portable, for each width of vectors. */
#include "gemm/gemm_portable.h"

#include <string.h>

#include "math/vec.h"

enum { ROWS = GEMM_PORTABLE_ROWS, COLUMNS = GEMM_PORTABLE_COLUMNS };

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
VEC_INLINE void tile(const size_t rows, size_t k, const float *a, size_t row_step, size_t k_step, const float *b, size_t b_step,
                     bool add, float *c, size_t ldc, struct gemm_ahead *ahead)
{
    vec sum[ROWS][VEC_PARTS];
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++)
        VEC_EACH(j, VEC_PARTS) sum[i][j] = add ? vec_load(c + i * ldc + j * VEC_SIZE) : vec_of(0);
    for (size_t p = 0; p < k; p += GEMM_FETCH_STEPS) {
        gemm_fetch(ahead);
        for (size_t q = p; q < k && q < p + GEMM_FETCH_STEPS; q++, a += k_step, b += b_step) {
            vec y[VEC_PARTS];
            VEC_EACH(j, VEC_PARTS) y[j] = vec_load(b + j * VEC_SIZE);
#pragma GCC unroll 6
            for (size_t i = 0; i < rows; i++) {
                vec x = vec_of(a[i * row_step]);
                VEC_EACH(j, VEC_PARTS) sum[i][j] = vec_fma(x, y[j], sum[i][j]);
            }
        }
    }
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++)
        VEC_EACH(j, VEC_PARTS) vec_store(c + i * ldc + j * VEC_SIZE, sum[i][j]);
}

/* At the right edge the tile goes through a full-width copy of C. */
VEC_MULTIVERSION(gemm_portable_tile)
void gemm_portable_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step, const void *b,
                        size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    const bool add = out->store == GEMM_ADD, whole = columns == COLUMNS;
    float edge[ROWS * COLUMNS] = {0}, *c = whole ? out->c : edge;
    size_t ldc = whole ? out->ldc : COLUMNS;
    for (size_t i = 0; add && !whole && i < rows; i++)
        memcpy(c + i * ldc, out->c + i * out->ldc, columns * sizeof *c);
#define ROWS_CASE(n)                                                                                                             \
    case n: tile(n, k, a, row_step, k_step, b, b_step, add, c, ldc, ahead); break
    switch (rows) {
        ROWS_CASE(1);
        ROWS_CASE(2);
        ROWS_CASE(3);
        ROWS_CASE(4);
        ROWS_CASE(5);
        ROWS_CASE(6);
    }
#undef ROWS_CASE
    for (size_t i = 0; !whole && i < rows; i++)
        memcpy(out->c + i * out->ldc, c + i * ldc, columns * sizeof *c);
    for (size_t i = 0; out->squares && i < rows; i += GEMM_SQUARES_ROWS)
        out->squares[i / GEMM_SQUARES_ROWS * out->ld_squares] = gemm_squares(rows - i < 2 ? 1 : 2, c + i * ldc, ldc);
}

VEC_MULTIVERSION(gemm_portable_is_fused)
bool gemm_portable_is_fused(void)
{
    return VEC_FUSED;
}
