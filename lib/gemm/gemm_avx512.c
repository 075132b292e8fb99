/* gemm_avx512: the fp32 kernel for AVX-512. A tile is 12 rows by 32 columns: 24 of the 32 vector registers hold its sums. At the
 * right edge masks do what a copy does in other kernels. */
#include "gemm/gemm_kernels.h"

#if defined(__x86_64__)
#include "base/cache.h"
#include "gemm/gemm_avx512.h"

#define TARGET __attribute__((target("avx512f")))

/* `rows` and `wide` (vectors of a row) are constants wherever this is inlined, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline)) void tile(const size_t rows, const size_t wide, size_t columns, size_t k,
                                                              const float *a, size_t row_step, size_t k_step, const float *b,
                                                              size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    const enum gemm_store store = out->store;
    const size_t ldc = out->ldc;
    float *c = out->c;
    __m512 sum[12][2];
    __mmask16 last = gemm_avx512_lanes(columns - 16 * (wide - 1));
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < wide; j++) {
            if (store != GEMM_STREAM)
                __builtin_prefetch(c + i * ldc + 16 * j, 1);
            sum[i][j] = store == GEMM_ADD ? _mm512_maskz_loadu_ps(j + 1 < wide ? 0xffff : last, c + i * ldc + 16 * j)
                                          : _mm512_setzero_ps();
        }
    for (size_t p = 0; p < k; p += GEMM_FETCH_STEPS) {
        gemm_fetch(ahead);
        for (size_t q = p; q < k && q < p + GEMM_FETCH_STEPS; q++, a += k_step, b += b_step) {
            __m512 y[2];
#pragma GCC unroll 2
            for (size_t j = 0; j < wide; j++)
                y[j] = _mm512_loadu_ps(b + 16 * j);
#pragma GCC unroll 12
            for (size_t i = 0; i < rows; i++) {
                __m512 x = _mm512_set1_ps(a[i * row_step]);
#pragma GCC unroll 2
                for (size_t j = 0; j < wide; j++)
                    sum[i][j] = _mm512_fmadd_ps(x, y[j], sum[i][j]);
            }
        }
    }
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < wide; j++)
            if (store == GEMM_STREAM && columns == 32)
                _mm512_stream_ps(c + i * ldc + 16 * j, sum[i][j]);
            else
                _mm512_mask_storeu_ps(c + i * ldc + 16 * j, j + 1 < wide ? 0xffff : last, sum[i][j]);
    if (out->squares)
        gemm_avx512_squares(rows, wide, sum, out);
}

TARGET static void any_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step, const void *b,
                            size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
#define ROWS(n)                                                                                                                  \
    case n:                                                                                                                      \
        if (columns > 16)                                                                                                        \
            tile(n, 2, columns, k, a, row_step, k_step, b, b_step, out, ahead);                                                  \
        else                                                                                                                     \
            tile(n, 1, columns, k, a, row_step, k_step, b, b_step, out, ahead);                                                  \
        break
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

TARGET static void transpose(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    float *to = panel;
    for (size_t p = 0; p < k; p += 16) {
        size_t steps = k - p < 16 ? k - p : 16;
        for (size_t j = 0; j < columns; j += 16) {
            __m512 row[16];
#pragma GCC unroll 16
            for (size_t i = 0; i < 16; i++)
                row[i] = _mm512_maskz_loadu_ps(j + i < width ? gemm_avx512_lanes(steps) : 0,
                                               from + (j + i < width ? (j + i) * ld : 0) + p);
            gemm_avx512_transpose(row);
#pragma GCC unroll 16
            for (size_t i = 0; i < 16; i++)
                if (i < steps)
                    _mm512_mask_storeu_ps(to + (p + i) * columns + j, gemm_avx512_lanes(columns - j), row[i]);
        }
    }
}

TARGET static void copy(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    float *to = panel;
    for (size_t p = 0; p < k; p++, to += columns, from += ld)
        for (size_t j = 0; j < columns; j += 16) {
            size_t valid = j >= width ? 0 : width - j, wanted = columns - j;
            __m512 x = _mm512_maskz_loadu_ps(gemm_avx512_lanes(valid), from + (valid ? j : 0));
            _mm512_mask_storeu_ps(to + j, gemm_avx512_lanes(wanted), x);
        }
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx512f");
}

/* Intel begins two multiplications of 16 floats in a cycle, so a step takes 12 cycles; from the second-level cache it would need
 * 2 lines of B and one of A in that time, each row of B in a page of its own. Zen 4 begins one, and reads B in place 7 % faster
 * than it packs. Of 384 steps B alone fills 48 KiB. A step needs 176 bytes of A and B; a sixteenth is for C. */
static size_t near(void)
{
    const size_t step = (12 + 32) * sizeof(float);
    return __builtin_cpu_is("intel") ? cache_level1(32 << 10) / 16 * 15 / step / 32 * 32 : 0;
}

const struct gemm_kernel gemm_avx512 = {
    .name = "avx512",
    .rows = 12,
    .columns = 32,
    .bytes = sizeof(float),
    .unit = 1,
    .strides = true,
    .near = near,
    .streams = true,
    .runs_here = runs_here,
    .tile = any_tile,
    .transpose = transpose,
    .copy = copy,
    .row = gemm_row_plain,
};
#endif
