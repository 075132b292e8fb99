/* gemm_avx2: the fp32 kernel for AVX2 with FMA. A tile is 6 rows by 16 columns: 12 of the 16 vector registers hold its sums, two
 * a row of B, one an element of A. It does not stride: B is always packed, and so is A where it is a transpose. */
#include "gemm/gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2,fma")))

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline)) void tile(const size_t rows, size_t k, const float *a, size_t row_step,
                                                              size_t k_step, const float *b, size_t b_step,
                                                              const struct gemm_out *out, struct gemm_ahead *ahead)
{
    const enum gemm_store store = out->store;
    const size_t ldc = out->ldc;
    float *c = out->c;
    __m256 sum[6][2];
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++) {
        if (store == GEMM_SET)
            __builtin_prefetch(c + i * ldc, 1);
        sum[i][0] = store == GEMM_ADD ? _mm256_loadu_ps(c + i * ldc) : _mm256_setzero_ps();
        sum[i][1] = store == GEMM_ADD ? _mm256_loadu_ps(c + i * ldc + 8) : _mm256_setzero_ps();
    }
    for (size_t p = 0; p < k; p += GEMM_FETCH_STEPS) {
        gemm_fetch(ahead);
        for (size_t q = p; q < k && q < p + GEMM_FETCH_STEPS; q++, a += k_step, b += b_step) {
            __m256 b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + 8);
#pragma GCC unroll 6
            for (size_t i = 0; i < rows; i++) {
                __m256 x = _mm256_set1_ps(a[i * row_step]);
                sum[i][0] = _mm256_fmadd_ps(x, b0, sum[i][0]);
                sum[i][1] = _mm256_fmadd_ps(x, b1, sum[i][1]);
            }
        }
    }
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++)
#pragma GCC unroll 2
        for (size_t j = 0; j < 2; j++)
            if (store == GEMM_STREAM)
                _mm256_stream_ps(c + i * ldc + 8 * j, sum[i][j]);
            else
                _mm256_storeu_ps(c + i * ldc + 8 * j, sum[i][j]);
    if (out->squares) { /* 0 beyond the edge */
        __m256 two[6];
#pragma GCC unroll 6
        for (size_t i = 0; i < rows; i++)
            two[i] = _mm256_add_ps(_mm256_mul_ps(sum[i][0], sum[i][0]), _mm256_mul_ps(sum[i][1], sum[i][1]));
        gemm_squares_avx(rows, two, out->squares, out->ld_squares);
    }
}

TARGET static void whole_tile(size_t rows, size_t k, const float *a, size_t row_step, size_t k_step, const float *b,
                              size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
#define ROWS(n)                                                                                                                  \
    case n: tile(n, k, a, row_step, k_step, b, b_step, out, ahead); break
    switch (rows) {
        ROWS(1);
        ROWS(2);
        ROWS(3);
        ROWS(4);
        ROWS(5);
        ROWS(6);
    }
#undef ROWS
}

/* At the right edge the tile goes through a full-width copy of C. */
TARGET static void any_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step, const void *b,
                            size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    if (columns == 16) {
        whole_tile(rows, k, a, row_step, k_step, b, b_step, out, ahead);
        return;
    }
    float edge[6 * 16] = {0};
    struct gemm_out to_edge = {out->store == GEMM_ADD ? GEMM_ADD : GEMM_SET, edge, 16, out->squares, out->ld_squares};
    for (size_t i = 0; out->store == GEMM_ADD && i < rows; i++)
        memcpy(edge + 16 * i, out->c + i * out->ldc, columns * sizeof *edge);
    whole_tile(rows, k, a, row_step, k_step, b, b_step, &to_edge, ahead);
    for (size_t i = 0; i < rows; i++)
        memcpy(out->c + i * out->ldc, edge + 16 * i, columns * sizeof *edge);
}

/* 8 x 8 in registers: single floats of two rows change places, then pairs of them, then halves of registers. */
TARGET static inline __attribute__((always_inline)) void transpose_8(__m256 row[8])
{
    __m256 t[8];
#pragma GCC unroll 4
    for (int i = 0; i < 8; i += 2) {
        t[i] = _mm256_unpacklo_ps(row[i], row[i + 1]);
        t[i + 1] = _mm256_unpackhi_ps(row[i], row[i + 1]);
    }
#pragma GCC unroll 2
    for (int i = 0; i < 8; i += 4)
#pragma GCC unroll 2
        for (int half = 0; half < 2; half++) {
            row[i + 2 * half] = _mm256_shuffle_ps(t[i + half], t[i + 2 + half], 0x44);
            row[i + 2 * half + 1] = _mm256_shuffle_ps(t[i + half], t[i + 2 + half], 0xee);
        }
#pragma GCC unroll 4
    for (int q = 0; q < 4; q++) {
        t[q] = _mm256_permute2f128_ps(row[q], row[q + 4], 0x20);
        t[q + 4] = _mm256_permute2f128_ps(row[q], row[q + 4], 0x31);
    }
#pragma GCC unroll 8
    for (int i = 0; i < 8; i++)
        row[i] = t[i];
}

/* One step of k: eight columns of B, or the six rows of A. */
TARGET static inline __attribute__((always_inline)) void put(float *to, __m256 x, size_t n)
{
    if (n >= 8) {
        _mm256_storeu_ps(to, x);
        return;
    }
    _mm_storeu_ps(to, _mm256_castps256_ps128(x));
    _mm_storel_pi((__m64 *)(to + 4), _mm256_extractf128_ps(x, 1));
}

/* Reads 64 bytes, a cache line, of each row before it goes on in k. */
TARGET static void transpose(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    float *to = panel;
    for (size_t strip = 0; strip < k; strip += 16)
        for (size_t j = 0; j < columns; j += 8)
            for (size_t p = strip; p < k && p < strip + 16; p += 8) {
                size_t steps = k - p < 8 ? k - p : 8;
                __m256i in = _mm256_cmpgt_epi32(_mm256_set1_epi32((int)steps), lane);
                __m256 row[8];
#pragma GCC unroll 8
                for (size_t i = 0; i < 8; i++)
                    row[i] = j + i >= width ? _mm256_setzero_ps()
                             : steps == 8   ? _mm256_loadu_ps(from + (j + i) * ld + p)
                                            : _mm256_maskload_ps(from + (j + i) * ld + p, in);
                transpose_8(row);
#pragma GCC unroll 8
                for (size_t i = 0; i < 8; i++)
                    if (i < steps)
                        put(to + (p + i) * columns + j, row[i], columns - j);
            }
}

TARGET static void copy(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    float *to = panel;
    if (width < columns) {
        gemm_copy_plain(width, columns, k, from, ld, panel);
        return;
    }
    for (size_t p = 0; p < k; p++, to += columns, from += ld)
        if (columns == 16) {
            _mm256_storeu_ps(to, _mm256_loadu_ps(from));
            _mm256_storeu_ps(to + 8, _mm256_loadu_ps(from + 8));
        } else {
            memcpy(to, from, 6 * sizeof *to);
        }
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct gemm_kernel gemm_avx2 = {
    .name = "avx2",
    .rows = 6,
    .columns = 16,
    .bytes = sizeof(float),
    .unit = 1,
    .strides = false,
    .streams = true,
    .runs_here = runs_here,
    .tile = any_tile,
    .transpose = transpose,
    .copy = copy,
    .row = gemm_row_plain,
};
#endif
