/* gemm_int8_avx2: the int8 kernel for AVX2. A tile is 4 rows by 16 columns; its sums take 8 of the 16 vector registers. The
 * instruction that multiplies bytes (vpmaddubsw) gives sums of two products in 16 bits. Two of these sums fit into 16 bits as
 * well, because of how the panels are made (gemm_int8_pair_quads). So three multiplications suffice for 64 products; bytes that
 * are widened to 16 bits first would need four. */
#include "gemm/gemm_int8_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define TARGET __attribute__((target("avx2")))
#define INLINE TARGET static inline __attribute__((always_inline))

enum { ROWS = 4, COLUMNS = 16 };

INLINE __m256i load(const void *data)
{
    return _mm256_loadu_si256((const __m256i *)data);
}

/* Four bytes of a row, eight times. */
INLINE __m256i quad(const uint8_t *data)
{
    int32_t four;
    memcpy(&four, data, sizeof four);
    return _mm256_set1_epi32(four);
}

/* Eight columns of one row. */
INLINE void store(__m256i sum, size_t column, size_t i, const struct gemm_int8_out *out)
{
    __m256i s = _mm256_sub_epi32(sum, _mm256_mullo_epi32(load(out->weights + column), _mm256_set1_epi32(out->row[i].zero)));
    __m256 factor = _mm256_mul_ps(_mm256_loadu_ps(out->scale + column), _mm256_set1_ps(out->row[i].scale));
    __m256 y = _mm256_mul_ps(_mm256_cvtepi32_ps(s), factor);
    float *to = out->y + i * out->ldy + column;
    if (column + 8 <= out->columns) {
        _mm256_storeu_ps(to, out->bias ? _mm256_add_ps(y, _mm256_loadu_ps(out->bias + column)) : y);
        return;
    }
    float edge[8];
    _mm256_storeu_ps(edge, y);
    for (size_t j = 0; column + j < out->columns; j++)
        to[j] = out->bias ? edge[j] + out->bias[column + j] : edge[j];
}

/* `rows` is a constant wherever this is inlined, so that the sums stay in registers. */
INLINE void tile(const size_t rows, const uint8_t *a, size_t lda, const struct gemm_int8_panel *panel,
                 const struct gemm_int8_out *out)
{
    const __m256i ones = _mm256_set1_epi16(1);
    const int8_t *b = panel->bytes;
    const uint8_t *row[ROWS];
    __m256i sum[ROWS][2];
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++) {
        row[i] = a + i * lda;
        sum[i][0] = sum[i][1] = _mm256_setzero_si256();
    }
    for (size_t p = 0; p < panel->quads; p += 2, b += 2 * 4 * COLUMNS) {
        size_t first = panel->offset[p], second = panel->offset[p + 1];
        __m256i b00 = load(b), b01 = load(b + 32), b10 = load(b + 64), b11 = load(b + 96);
        __asm__("" : "+x"(b00), "+x"(b01), "+x"(b10));
#pragma GCC unroll 4
        for (size_t i = 0; i < rows; i++) {
            __m256i x = quad(row[i] + first), y = quad(row[i] + second);
            __m256i left = _mm256_add_epi16(_mm256_maddubs_epi16(x, b00), _mm256_maddubs_epi16(y, b10));
            __m256i right = _mm256_add_epi16(_mm256_maddubs_epi16(x, b01), _mm256_maddubs_epi16(y, b11));
            sum[i][0] = _mm256_add_epi32(sum[i][0], _mm256_madd_epi16(left, ones));
            sum[i][1] = _mm256_add_epi32(sum[i][1], _mm256_madd_epi16(right, ones));
        }
    }
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++) /* or gcc keeps each sum twice in the loop and spills half of them */
        __asm__("" : "+x"(sum[i][0]), "+x"(sum[i][1]));
#pragma GCC unroll 4
    for (size_t i = 0; i < rows; i++) {
        store(sum[i][0], 0, i, out);
        store(sum[i][1], 8, i, out);
    }
}

TARGET static void any_tile(size_t rows, const uint8_t *a, size_t lda, const struct gemm_int8_panel *b,
                            const struct gemm_int8_out *out)
{
    switch (rows) {
    case 1: tile(1, a, lda, b, out); break;
    case 2: tile(2, a, lda, b, out); break;
    case 3: tile(3, a, lda, b, out); break;
    case 4: tile(4, a, lda, b, out); break;
    }
}

static bool runs_here(void)
{
    return __builtin_cpu_supports("avx2");
}

const struct gemm_int8_kernel gemm_int8_avx2 = {
    .name = "avx2",
    .rows = ROWS,
    .columns = COLUMNS,
    .pairs = true,
    .runs_here = runs_here,
    .tile = any_tile,
};
#endif
