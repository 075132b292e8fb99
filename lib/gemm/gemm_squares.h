/* gemm_squares: what a tile tells about the squares of C, for the norm of a gradient. A block is two rows by sixteen columns; its
 * sum has one order, whatever a tile's shape is, so all kernels give the same bits. */
#ifndef TAGPIPE_GEMM_GEMM_SQUARES_H
#define TAGPIPE_GEMM_GEMM_SQUARES_H

#include <stddef.h>

/* A kernel's rows and columns are multiples of them. */
enum { GEMM_SQUARES_ROWS = 2, GEMM_SQUARES_COLUMNS = 16 };

/* The definition. `rows` is 1 at the lower edge; beyond the right edge C is 0. No multiply-add is fused. */
static inline float gemm_squares(size_t rows, const float *c, size_t ldc)
{
    float x[2][8] = {{0}};
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < 8; j++)
            x[i][j] = c[i * ldc + j] * c[i * ldc + j] + c[i * ldc + j + 8] * c[i * ldc + j + 8];
    for (size_t j = 0; j < 8; j++)
        x[0][j] += x[1][j];
    return ((x[0][0] + x[0][1]) + (x[0][2] + x[0][3])) + ((x[0][4] + x[0][5]) + (x[0][6] + x[0][7]));
}

#if defined(__x86_64__)
#include <immintrin.h>

/* The same of the x [rows] above for a tile with 16 columns, block i into to[i * ld]. `rows` is a constant. */
static inline __attribute__((always_inline, target("avx"))) void gemm_squares_avx(const size_t rows, const __m256 *x, float *to,
                                                                                  size_t ld)
{
#pragma GCC unroll 2
    for (size_t i = 0; i < rows; i += 8) {
        __m256 block[4];
#pragma GCC unroll 4
        for (size_t k = 0, row = i; k < 4; k++, row += 2)
            block[k] = row + 1 < rows ? _mm256_add_ps(x[row], x[row + 1]) : row < rows ? x[row] : _mm256_setzero_ps();
        __m256 halves = _mm256_hadd_ps(_mm256_hadd_ps(block[0], block[1]), _mm256_hadd_ps(block[2], block[3]));
        __m128 sums = _mm_add_ps(_mm256_castps256_ps128(halves), _mm256_extractf128_ps(halves, 1));
#pragma GCC unroll 4
        for (size_t k = 0, row = i; k < 4 && row < rows; k++, row += 2, to += ld)
            *to = sums[k];
    }
}
#endif

#endif
