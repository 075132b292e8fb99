/* gemm_int8_avx2: tiles of 6 x 8, four of them side by side, in 12 of the 16 vector registers. The instruction that
 * multiplies bytes (vpmaddubsw) saturates sums of two products at 16 bits; so bytes become 16 bit numbers first. */
#include "gemm_int8_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2")))

/* Eight columns. Each half of a quad has a sum of its own, beside the other's; they meet at the end. */
TARGET static inline __attribute__((always_inline))
void strip(const size_t rows, size_t quads, const uint8_t *a, size_t lda, const int8_t *b, int32_t *to)
{
    __m256i sum[6][2];
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++)
        sum[i][0] = sum[i][1] = _mm256_setzero_si256();
    for (size_t p = 0; p < quads; p++, a += 4, b += 4 * INT8_COLUMNS) {
        __m256i b0 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)b));
        __m256i b1 = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(b + 16)));
#pragma GCC unroll 6
        for (size_t i = 0; i < rows; i++) {
            int32_t quad;
            memcpy(&quad, a + i * lda, sizeof quad);
            __m256i x = _mm256_cvtepu8_epi16(_mm_set1_epi32(quad));
            sum[i][0] = _mm256_add_epi32(sum[i][0], _mm256_madd_epi16(x, b0));
            sum[i][1] = _mm256_add_epi32(sum[i][1], _mm256_madd_epi16(x, b1));
        }
    }
#pragma GCC unroll 6
    for (size_t i = 0; i < rows; i++) {
        __m256i v = _mm256_hadd_epi32(sum[i][0], sum[i][1]);    /* columns 0 1 4 5 2 3 6 7 */
        _mm256_storeu_si256((__m256i *)(to + i * INT8_COLUMNS), _mm256_permute4x64_epi64(v, 0xd8));
    }
}

TARGET static void any_tile(size_t rows, size_t quads, const uint8_t *a, size_t lda, const int8_t *b, const struct int8_out *out)
{
    int32_t sum[INT8_ROWS_MAX * INT8_COLUMNS];
#define ROWS(n) case n: strip(n, quads, a, lda, b + 4 * j, sum + j); break
    for (size_t j = 0; j < INT8_COLUMNS; j += 8)
        switch (rows) {
            ROWS(1); ROWS(2); ROWS(3); ROWS(4); ROWS(5); ROWS(6);
        }
#undef ROWS
    int8_dequantize(rows, sum, out);
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx2");
}

const struct gemm_int8_kernel gemm_int8_avx2 = {"avx2", "avx2", 6, runs_here, any_tile};
#else
static bool runs_here(void)
{
    return false;
}

const struct gemm_int8_kernel gemm_int8_avx2 = {"avx2", "avx2", 6, runs_here, NULL};
#endif
