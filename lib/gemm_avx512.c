/* gemm_avx512: 12 x 32 tiles in 24 of the 32 vector registers. */
#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TARGET __attribute__((target("avx512f")))

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline))
void tile(const size_t rows, size_t columns, size_t k, const float *a, size_t row_step, size_t k_step, const float *b,
          bool add, float *c, size_t ldc)
{
    __m512 sum[12][2];
    __mmask16 low = columns >= 16 ? 0xffff : (__mmask16)((1u << columns) - 1);
    __mmask16 high = columns >= 32 ? 0xffff : columns > 16 ? (__mmask16)((1u << (columns - 16)) - 1) : 0;
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        sum[i][0] = add ? _mm512_maskz_loadu_ps(low, c + i * ldc) : _mm512_setzero_ps();
        sum[i][1] = add ? _mm512_maskz_loadu_ps(high, c + i * ldc + 16) : _mm512_setzero_ps();
    }
    for (size_t p = 0; p < k; p++, a += k_step, b += 32) {
        __m512 b0 = _mm512_loadu_ps(b), b1 = _mm512_loadu_ps(b + 16);
#pragma GCC unroll 12
        for (size_t i = 0; i < rows; i++) {
            __m512 x = _mm512_set1_ps(a[i * row_step]);
            sum[i][0] = _mm512_fmadd_ps(x, b0, sum[i][0]);
            sum[i][1] = _mm512_fmadd_ps(x, b1, sum[i][1]);
        }
    }
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        _mm512_mask_storeu_ps(c + i * ldc, low, sum[i][0]);
        _mm512_mask_storeu_ps(c + i * ldc + 16, high, sum[i][1]);
    }
}

TARGET static void any_tile(size_t rows, size_t columns, size_t k, const float *a, size_t row_step, size_t k_step,
                            const float *b, bool add, float *c, size_t ldc)
{
#define ROWS(n) case n: tile(n, columns, k, a, row_step, k_step, b, add, c, ldc); break
    switch (rows) {
        ROWS(1); ROWS(2); ROWS(3); ROWS(4); ROWS(5); ROWS(6); ROWS(7); ROWS(8); ROWS(9); ROWS(10); ROWS(11); ROWS(12);
    }
#undef ROWS
}

/* 16 x 16 in registers: pairs of rows, then quarters, then whole vectors change places. */
TARGET static inline __attribute__((always_inline)) void transpose_16(__m512 row[16])
{
    __m512 t[16];
#pragma GCC unroll 8
    for (int i = 0; i < 16; i += 2) {
        t[i] = _mm512_unpacklo_ps(row[i], row[i + 1]);
        t[i + 1] = _mm512_unpackhi_ps(row[i], row[i + 1]);
    }
#pragma GCC unroll 4
    for (int i = 0; i < 16; i += 4)         /* row[i + q]: elements q, q + 4, q + 8, q + 12 of rows i to i + 3 */
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

TARGET static void transpose(size_t width, size_t columns, size_t k, const float *from, size_t ld, float *to)
{
    for (size_t p = 0; p < k; p += 16) {
        size_t steps = k - p < 16 ? k - p : 16;
        __mmask16 in = (__mmask16)((1u << steps) - 1);
        for (size_t j = 0; j < columns; j += 16) {
            __mmask16 out = columns - j >= 16 ? 0xffff : (__mmask16)((1u << (columns - j)) - 1);
            __m512 row[16];
#pragma GCC unroll 16
            for (size_t i = 0; i < 16; i++)
                row[i] = _mm512_maskz_loadu_ps(j + i < width ? in : 0, from + (j + i < width ? (j + i) * ld : 0) + p);
            transpose_16(row);
#pragma GCC unroll 16
            for (size_t i = 0; i < 16; i++)
                if (i < steps)
                    _mm512_mask_storeu_ps(to + (p + i) * columns + j, out, row[i]);
        }
    }
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx512f");
}

const struct gemm_kernel gemm_avx512 = {"avx512", 12, 32, runs_here, any_tile, transpose};
#else
static bool runs_here(void)
{
    return false;
}

const struct gemm_kernel gemm_avx512 = {"avx512", 12, 32, runs_here, NULL, NULL};
#endif
