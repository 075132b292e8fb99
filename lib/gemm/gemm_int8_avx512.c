/* gemm_int8_avx512: the int8 kernel for AVX-512 with VNNI. A tile is 12 rows by 32 columns. One instruction (vpdpbusd) adds four
 * products of bytes to each of sixteen sums and does not saturate in between. */
#include "gemm/gemm_int8_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx512f,avx512vnni")))

enum { COLUMNS = 32 };

/* One half of the columns. */
TARGET static inline __attribute__((always_inline)) void store(const size_t rows, const size_t half,
                                                               __m512i sum[GEMM_INT8_ROWS_MAX][2],
                                                               const struct gemm_int8_out *out)
{
    const size_t first = 16 * half, left = out->columns > first ? out->columns - first : 0;
    __mmask16 edge = (__mmask16)(left >= 16 ? 0xffff : (1u << left) - 1);
    __m512 scale = _mm512_loadu_ps(out->scale + first);
    __m512 bias = out->bias ? _mm512_maskz_loadu_ps(edge, out->bias + first) : _mm512_setzero_ps();
    __m512i weights = _mm512_loadu_si512(out->weights + first);
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++) {
        __m512i s = _mm512_sub_epi32(sum[i][half], _mm512_mullo_epi32(weights, _mm512_set1_epi32(out->row[i].zero)));
        __m512 factor = _mm512_mul_ps(scale, _mm512_set1_ps(out->row[i].scale));
        __m512 y = _mm512_add_ps(_mm512_mul_ps(_mm512_cvtepi32_ps(s), factor), bias);
        _mm512_mask_storeu_ps(out->y + i * out->ldy + first, edge, y);
    }
}

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
TARGET static inline __attribute__((always_inline)) void tile(const size_t rows, const uint8_t *a, size_t lda,
                                                              const struct gemm_int8_panel *panel,
                                                              const struct gemm_int8_out *out)
{
    enum { AHEAD = 1024 }; /* bytes of the panel, which comes from the third-level cache */
    const int8_t *b = panel->bytes;
    __m512i sum[GEMM_INT8_ROWS_MAX][2];
#pragma GCC unroll 12
    for (size_t i = 0; i < rows; i++)
        sum[i][0] = sum[i][1] = _mm512_setzero_si512();
    for (size_t p = 0; p < panel->quads; p++, a += 4, b += 4 * COLUMNS) {
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
    for (size_t i = 0; i < rows; i++) /* or gcc keeps each sum twice in the loop and spills half of them */
        __asm__("" : "+v"(sum[i][0]), "+v"(sum[i][1]));
    store(rows, 0, sum, out);
    store(rows, 1, sum, out);
}

TARGET static void any_tile(size_t rows, const uint8_t *a, size_t lda, const struct gemm_int8_panel *b,
                            const struct gemm_int8_out *out)
{
#define ROWS(n)                                                                                                                  \
    case n: tile(n, a, lda, b, out); break
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

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vnni");
}

const struct gemm_int8_kernel gemm_int8_avx512 = {
    .name = "avx512vnni",
    .rows = 12,
    .columns = COLUMNS,
    .pairs = false,
    .runs_here = runs_here,
    .tile = any_tile,
};
#endif
