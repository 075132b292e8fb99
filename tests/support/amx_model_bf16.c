/* amx_model_bf16: the bfloat16 kernel for AMX over the model of tiles. Its panels are packed in plain C. */
#include "support/amx_model.h"

atomic_int amx_model_in_use;

/* As VCVTNE2PS2BF16 does: to nearest, ties to even; denormal numbers become 0, and NaN stays NaN. */
static uint16_t bf16(float x)
{
    uint32_t bits;
    x = amx_model_flush(x);
    memcpy(&bits, &x, sizeof bits);
    return (uint16_t)(isnan(x) ? bits >> 16 | 0x40 : (bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

/* Element (p, j) is from[p * step + j * ld]. */
static void pack(size_t width, size_t columns, size_t k, const float *from, size_t step, size_t ld, uint16_t *to)
{
    for (size_t p = 0; p < (k + 1) / 2 * 2; p++)
        for (size_t j = 0; j < columns; j++)
            to[(p / 2 * columns + j) * 2 + p % 2] = p < k && j < width ? bf16(from[p * step + j * ld]) : 0;
}

static void model_transpose(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to)
{
    pack(width, columns, k, from, 1, ld, to);
}

static void model_copy(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to)
{
    pack(width, columns, k, from, ld, 1, to);
}

static void model_row(size_t k, const float *from, void *to)
{
    pack(1, 1, k, from, 1, 0, to);
}

#define gemm_amx_bf16 amx_model_bf16
#define gemm_avx512_bf16_transpose model_transpose
#define gemm_avx512_bf16_copy model_copy
#define gemm_avx512_bf16_row model_row
#include "gemm/gemm_amx_bf16.c"
