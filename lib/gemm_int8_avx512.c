/* gemm_int8_avx512: 12 x 32 tiles with VNNI: one instruction adds four products of bytes to each of sixteen sums, without
 * saturating in between. */
#include "gemm_int8_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512vnni")))

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline))
void tile(const size_t rows, size_t quads, const uint8_t *a, size_t lda, const int8_t *b, int32_t *to)
{
    enum { AHEAD = 1024 };                  /* bytes of the panel: it comes from the third cache */
    __m512i sum[INT8_ROWS_MAX][2];
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++)
        sum[i][0] = sum[i][1] = _mm512_setzero_si512();
    for (size_t p = 0; p < quads; p++, a += 4, b += 4 * INT8_COLUMNS) {
        __m512i b0 = _mm512_loadu_si512(b), b1 = _mm512_loadu_si512(b + 64);
        _mm_prefetch((const char *)b + AHEAD, _MM_HINT_T0);
        _mm_prefetch((const char *)b + AHEAD + 64, _MM_HINT_T0);
#pragma GCC unroll 12
        for (size_t i = 0; i < rows; i++) {
            int32_t quad;
            memcpy(&quad, a + i * lda, sizeof quad);
            __m512i x = _mm512_set1_epi32(quad);
            sum[i][0] = _mm512_dpbusd_epi32(sum[i][0], x, b0);
            sum[i][1] = _mm512_dpbusd_epi32(sum[i][1], x, b1);
        }
    }
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        _mm512_storeu_si512(to + i * INT8_COLUMNS, sum[i][0]);
        _mm512_storeu_si512(to + i * INT8_COLUMNS + 16, sum[i][1]);
    }
}

TARGET static void any_tile(size_t rows, size_t quads, const uint8_t *a, size_t lda, const int8_t *b, int32_t *sum)
{
#define ROWS(n) case n: tile(n, quads, a, lda, b, sum); break
    switch (rows) {
        ROWS(1); ROWS(2); ROWS(3); ROWS(4); ROWS(5); ROWS(6); ROWS(7); ROWS(8); ROWS(9); ROWS(10); ROWS(11); ROWS(12);
    }
#undef ROWS
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
}

const struct gemm_int8_kernel gemm_int8_avx512 = {"avx512vnni", "avx512", 12, runs_here, any_tile};
#else
static bool runs_here(void)
{
    return false;
}

const struct gemm_int8_kernel gemm_int8_avx512 = {"avx512vnni", "avx512", 12, runs_here, NULL};
#endif
