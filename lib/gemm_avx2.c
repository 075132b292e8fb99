/* gemm_avx2: 6 x 16 tiles in 12 of the 16 vector registers. */
#include "gemm_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2,fma")))

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline))
void tile(const size_t rows, size_t k, const float *a, size_t row_step, size_t k_step, const float *b, bool add, float *c,
          size_t ldc)
{
    __m256 sum[6][2];
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++) {
        sum[i][0] = add ? _mm256_loadu_ps(c + i * ldc) : _mm256_setzero_ps();
        sum[i][1] = add ? _mm256_loadu_ps(c + i * ldc + 8) : _mm256_setzero_ps();
    }
    for (size_t p = 0; p < k; p++, a += k_step, b += 16) {
        __m256 b0 = _mm256_loadu_ps(b), b1 = _mm256_loadu_ps(b + 8);
#pragma GCC unroll 6
        for (size_t i = 0; i < rows; i++) {
            __m256 x = _mm256_set1_ps(a[i * row_step]);
            sum[i][0] = _mm256_fmadd_ps(x, b0, sum[i][0]);
            sum[i][1] = _mm256_fmadd_ps(x, b1, sum[i][1]);
        }
    }
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++) {
        _mm256_storeu_ps(c + i * ldc, sum[i][0]);
        _mm256_storeu_ps(c + i * ldc + 8, sum[i][1]);
    }
}

TARGET static void whole_tile(size_t rows, size_t k, const float *a, size_t row_step, size_t k_step, const float *b,
                              bool add, float *c, size_t ldc)
{
#define ROWS(n) case n: tile(n, k, a, row_step, k_step, b, add, c, ldc); break
    switch (rows) {
        ROWS(1); ROWS(2); ROWS(3); ROWS(4); ROWS(5); ROWS(6);
    }
#undef ROWS
}

/* At the right edge the tile goes through a full-width copy of C. */
TARGET static void any_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step,
                            const void *b, enum gemm_store store, float *c, size_t ldc)
{
    bool add = store == GEMM_ADD;
    if (columns == 16) {
        whole_tile(rows, k, a, row_step, k_step, b, add, c, ldc);
        return;
    }
    float edge[6 * 16] = {0};
    for (size_t i = 0; add && i < rows; i++)
        memcpy(edge + 16 * i, c + i * ldc, columns * sizeof *c);
    whole_tile(rows, k, a, row_step, k_step, b, add, edge, 16);
    for (size_t i = 0; i < rows; i++)
        memcpy(c + i * ldc, edge + 16 * i, columns * sizeof *c);
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
}

const struct gemm_kernel gemm_avx2 = {
    "avx2", 6, 16, sizeof(float), 1, runs_here, any_tile, gemm_transpose_plain, gemm_copy_plain,
};
#else
static bool runs_here(void)
{
    return false;
}

const struct gemm_kernel gemm_avx2 = {"avx2", 6, 16, sizeof(float), 1, runs_here, NULL, NULL, NULL};
#endif
