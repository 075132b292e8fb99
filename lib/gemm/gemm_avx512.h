/* gemm_avx512: what the AVX-512 kernels for fp32 and for bfloat16 share. */
#ifndef TAGPIPE_GEMM_GEMM_AVX512_H
#define TAGPIPE_GEMM_GEMM_AVX512_H

#include <immintrin.h>
#include <stddef.h>

#include "gemm/gemm_kernels.h"

/* A mask of the first n of sixteen lanes. */
static inline __mmask16 gemm_avx512_lanes(size_t n)
{
    return (__mmask16)(n >= 16 ? 0xffff : (1u << n) - 1);
}

/* gemm_squares of a tile's sums, `wide` vectors in each of its rows, 0 beyond the edge. Both are constants where this is
 * inlined. */
static inline __attribute__((always_inline, target("avx512f"))) void gemm_avx512_squares(const size_t rows, const size_t wide,
                                                                                         __m512 sum[12][2],
                                                                                         const struct gemm_out *out)
{
#pragma GCC unroll 2
    for (size_t j = 0; j < wide; j++) {
        __m256 two[12];
#pragma GCC unroll 12
        for (size_t i = 0; i < rows; i++) {
            __m512 x = _mm512_mul_ps(sum[i][j], sum[i][j]);
            two[i] = _mm256_add_ps(_mm512_castps512_ps256(x), _mm256_castpd_ps(_mm512_extractf64x4_pd(_mm512_castps_pd(x), 1)));
        }
        gemm_squares_avx(rows, two, out->squares + j, out->ld_squares);
    }
}

/* 16 x 16 in registers: single floats of two rows change places, then pairs of them, then quarters of registers. */
static inline __attribute__((always_inline, target("avx512f"))) void gemm_avx512_transpose(__m512 row[16])
{
    __m512 t[16];
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_ps(row[i], row[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(row[i], row[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4) /* row[i + q]: elements q, q + 4, q + 8, q + 12 of rows i to i + 3 */
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            __m512d a = _mm512_castps_pd(t[i + half]), b = _mm512_castps_pd(t[i + 2 + half]);
            row[i + 2 * half] = _mm512_castpd_ps(_mm512_unpacklo_pd(a, b));
            row[i + 2 * half + 1] = _mm512_castpd_ps(_mm512_unpackhi_pd(a, b));
        }
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) {
        __m512 low = _mm512_shuffle_f32x4(row[q], row[q + 4], 0x44), high = _mm512_shuffle_f32x4(row[q], row[q + 4], 0xee);
        __m512 low2 = _mm512_shuffle_f32x4(row[q + 8], row[q + 12], 0x44);
        __m512 high2 = _mm512_shuffle_f32x4(row[q + 8], row[q + 12], 0xee);
        t[q] = _mm512_shuffle_f32x4(low, low2, 0x88);
        t[q + 4] = _mm512_shuffle_f32x4(low, low2, 0xdd);
        t[q + 8] = _mm512_shuffle_f32x4(high, high2, 0x88);
        t[q + 12] = _mm512_shuffle_f32x4(high, high2, 0xdd);
    }
#pragma GCC unroll 16
    for (int i = 0; i < 16; i++)
        row[i] = t[i];
}

#endif
