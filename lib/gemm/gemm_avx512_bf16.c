/* gemm_avx512_bf16: the bfloat16 kernel for AVX-512. A tile is 12 rows by 32 columns, as in fp32, but each step takes a pair of
 * steps of k, two bfloat16 in 32 bits, which VDPBF16PS multiplies and sums in fp32. A and B are always packed: packing rounds. */
#include "gemm/gemm_kernels.h"

#if defined(__x86_64__)
#include "gemm/gemm_avx512.h"

#include <stdint.h>

#define TARGET __attribute__((target("avx512f,avx512bw,avx512bf16")))

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. A pair is one 32-bit number. */
TARGET static inline __attribute__((always_inline)) void tile(const size_t rows, size_t columns, size_t pairs, const int32_t *a,
                                                              size_t row_step, size_t k_step, const int32_t *b, size_t b_step,
                                                              const struct gemm_out *out, struct gemm_ahead *ahead)
{
    const enum gemm_store store = out->store;
    const size_t ldc = out->ldc;
    float *c = out->c;
    __m512 sum[12][2];
    __mmask16 low = gemm_avx512_lanes(columns), high = gemm_avx512_lanes(columns > 16 ? columns - 16 : 0);
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        if (store != GEMM_STREAM) {
            __builtin_prefetch(c + i * ldc, 1);
            __builtin_prefetch(c + i * ldc + 16, 1);
        }
        sum[i][0] = store == GEMM_ADD ? _mm512_maskz_loadu_ps(low, c + i * ldc) : _mm512_setzero_ps();
        sum[i][1] = store == GEMM_ADD ? _mm512_maskz_loadu_ps(high, c + i * ldc + 16) : _mm512_setzero_ps();
    }
    for (size_t p = 0; p < pairs; p += GEMM_FETCH_STEPS) {
        gemm_fetch(ahead);
        for (size_t q = p; q < pairs && q < p + GEMM_FETCH_STEPS; q++, a += k_step, b += b_step) {
            __m512bh b0 = (__m512bh)_mm512_loadu_si512(b), b1 = (__m512bh)_mm512_loadu_si512(b + 16);
#pragma GCC unroll 12
            for (size_t i = 0; i < rows; i++) {
                __m512bh x = (__m512bh)_mm512_set1_epi32(a[i * row_step]);
                sum[i][0] = _mm512_dpbf16_ps(sum[i][0], x, b0);
                sum[i][1] = _mm512_dpbf16_ps(sum[i][1], x, b1);
            }
        }
    }
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        if (store == GEMM_STREAM && columns == 32) {
            _mm512_stream_ps(c + i * ldc, sum[i][0]);
            _mm512_stream_ps(c + i * ldc + 16, sum[i][1]);
            continue;
        }
        _mm512_mask_storeu_ps(c + i * ldc, low, sum[i][0]);
        _mm512_mask_storeu_ps(c + i * ldc + 16, high, sum[i][1]);
    }
    if (out->squares)
        gemm_avx512_squares(rows, columns > 16 ? 2 : 1, sum, out);
}

TARGET static void any_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step, const void *b,
                            size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
#define ROWS(n)                                                                                                                  \
    case n: tile(n, columns, (k + 1) / 2, a, row_step, k_step, b, b_step, out, ahead); break
    switch (rows) {
        ROWS(1);
        ROWS(2);
        ROWS(3);
        ROWS(4);
        ROWS(5);
        ROWS(6);
        ROWS(7);
        ROWS(8);
        ROWS(9);
        ROWS(10);
        ROWS(11);
        ROWS(12);
    }
#undef ROWS
}

TARGET static inline __m512i bf16_of(__m512 low, __m512 high)
{
    return (__m512i)_mm512_cvtne2ps_pbh(high, low);
}

/* The numbers of a pair are neighbours in the source, so 16 x 16 pairs are transposed as 16 x 16 numbers of fp32 are. */
TARGET void gemm_avx512_bf16_transpose(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    float *to = panel;
    for (size_t p = 0; p < k; p += 32) {
        size_t steps = k - p < 32 ? k - p : 32;
        __mmask16 low = gemm_avx512_lanes(steps), high = gemm_avx512_lanes(steps > 16 ? steps - 16 : 0);
        for (size_t j = 0; j < columns; j += 16) {
            __m512 row[16];
#pragma GCC unroll 16
            for (size_t i = 0; i < 16; i++) {
                bool valid = j + i < width;
                const float *source = from + (valid ? (j + i) * ld : 0) + p;
                row[i] = _mm512_castsi512_ps(bf16_of(_mm512_maskz_loadu_ps(valid ? low : 0, source),
                                                     _mm512_maskz_loadu_ps(valid ? high : 0, source + 16)));
            }
            gemm_avx512_transpose(row);
#pragma GCC unroll 16
            for (size_t i = 0; i < 16; i++)
                if (2 * i < steps)
                    _mm512_mask_storeu_ps(to + (p / 2 + i) * columns + j, gemm_avx512_lanes(columns - j), row[i]);
        }
    }
}

/* Two rows of the source become one of pairs. `whole` is a constant: that all columns are there. */
TARGET static inline __attribute__((always_inline)) void copy(const bool whole, size_t width, size_t columns, size_t k,
                                                              const float *from, size_t ld, int32_t *to)
{
    const __m512i zip = _mm512_set_epi16(31, 15, 30, 14, 29, 13, 28, 12, 27, 11, 26, 10, 25, 9, 24, 8, 23, 7, 22, 6, 21, 5, 20, 4,
                                         19, 3, 18, 2, 17, 1, 16, 0);
    for (size_t p = 0; p < k; p += 2, to += columns)
        for (size_t j = 0; j < columns; j += 16) {
            size_t valid = whole ? 16 : j >= width ? 0 : width - j;
            const float *source = from + p * ld + (valid ? j : 0);
            __m512 first = _mm512_maskz_loadu_ps(gemm_avx512_lanes(valid), source);
            __m512 second = p + 1 < k ? _mm512_maskz_loadu_ps(gemm_avx512_lanes(valid), source + ld) : _mm512_setzero_ps();
            __m512i pairs = _mm512_permutexvar_epi16(zip, bf16_of(first, second));
            _mm512_mask_storeu_epi32(to + j, gemm_avx512_lanes(whole ? 16 : columns - j), pairs);
        }
}

TARGET void gemm_avx512_bf16_copy(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    if (width == 32 && columns == 32)
        copy(true, 32, 32, k, from, ld, panel);
    else if (width == columns && columns % 16 == 0)
        copy(true, width, columns, k, from, ld, panel);
    else
        copy(false, width, columns, k, from, ld, panel);
}

TARGET void gemm_avx512_bf16_row(size_t k, const float *from, void *to)
{
    size_t p = 0;
    for (; p + 32 <= k; p += 32)
        _mm512_storeu_si512((int32_t *)to + p / 2, bf16_of(_mm512_loadu_ps(from + p), _mm512_loadu_ps(from + p + 16)));
    if (p < k) {
        size_t n = k - p;
        __m512 low = _mm512_maskz_loadu_ps(gemm_avx512_lanes(n), from + p);
        __m512 high = _mm512_maskz_loadu_ps(gemm_avx512_lanes(n > 16 ? n - 16 : 0), from + p + 16);
        _mm512_mask_storeu_epi32((int32_t *)to + p / 2, gemm_avx512_lanes((n + 1) / 2), bf16_of(low, high));
    }
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx512bf16") && __builtin_cpu_supports("avx512bw");
}

/* An instruction does 64 operations where one of fp32 does 32. AMD starts as many of them in a cycle; Intel starts a quarter
 * (Emerald Rapids: half the rate of fp32 by operations). */
static bool is_fast(void)
{
    return !__builtin_cpu_is("intel");
}

const struct gemm_kernel gemm_avx512_bf16 = {
    .name = "avx512bf16",
    .rows = 12,
    .columns = 32,
    .bytes = sizeof(uint16_t),
    .unit = 2,
    .strides = false,
    .streams = true,
    .runs_here = runs_here,
    .is_fast = is_fast,
    .tile = any_tile,
    .transpose = gemm_avx512_bf16_transpose,
    .copy = gemm_avx512_bf16_copy,
    .row = gemm_avx512_bf16_row,
};
#endif
