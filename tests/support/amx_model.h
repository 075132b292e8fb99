/* amx_model: the operations of gemm/gemm_amx.h in plain C, as Intel's manual defines the instructions (Software Developer's
 * Manual, volume 2, TDPBF16PS and TDPBUSD). amx_model_bf16.c and amx_model_int8.c compile the AMX kernels over them, for
 * tests on any machine. Where the processor has AMX, test_gemm_amx.c compares both, bit for bit.
 *
 * TDPBF16PS, for each element of C: one chain of fused multiply-adds over the even steps, one over the odd steps, both in
 * ascending order and from 0; their sum; C plus that sum. Each of these operations rounds to nearest, ties to even. It takes
 * denormal numbers as 0 and gives 0 for them, whatever MXCSR says. */
#ifndef TAGPIPE_SUPPORT_AMX_MODEL_H
#define TAGPIPE_SUPPORT_AMX_MODEL_H

#define GEMM_AMX_MODEL
#include "gemm/gemm_amx.h"
#include "gemm/gemm_int8_kernels.h"
#include "gemm/gemm_kernels.h"

#include <math.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define GEMM_AMX_TARGET
#define GEMM_AMX_INLINE static inline

extern const struct gemm_kernel amx_model_bf16;
extern const struct gemm_int8_kernel amx_model_int8;
extern atomic_int amx_model_in_use; /* threads whose tiles are not released */

enum { AMX_MODEL_TILES = 8, AMX_MODEL_PAIRS = GEMM_AMX_BYTES / 4 };
static _Thread_local struct {
    size_t rows; /* of tiles of A and C; 0: released */
    unsigned char tile[AMX_MODEL_TILES][GEMM_AMX_ROWS][GEMM_AMX_BYTES];
} amx_model;

static inline bool gemm_amx_runs_here(void)
{
    return true;
}

static inline void gemm_amx_configure(size_t rows)
{
    if (rows < 1 || rows > GEMM_AMX_ROWS)
        abort();
    amx_model_in_use += amx_model.rows == 0;
    if (rows != amx_model.rows)
        memset(amx_model.tile, 0xff, sizeof amx_model.tile); /* nothing may depend on what was there */
    amx_model.rows = rows;
}

static inline void gemm_amx_release(void)
{
    amx_model_in_use -= amx_model.rows > 0;
    amx_model.rows = 0;
}

/* A tile's rows. The processor refuses, too, if there is no shape. */
static inline size_t amx_model_rows(int tile)
{
    if (amx_model.rows == 0)
        abort();
    return tile < 6 ? amx_model.rows : GEMM_AMX_ROWS;
}

static inline void gemm_amx_load(const int tile, const void *from, size_t stride)
{
    for (size_t i = 0; i < amx_model_rows(tile); i++)
        memcpy(amx_model.tile[tile][i], (const char *)from + i * stride, GEMM_AMX_BYTES);
}

static inline void gemm_amx_zero(const int tile)
{
    memset(amx_model.tile[tile], 0, amx_model_rows(tile) * GEMM_AMX_BYTES);
}

static inline void gemm_amx_store(const int tile, void *to, size_t stride)
{
    for (size_t i = 0; i < amx_model_rows(tile); i++)
        memcpy((char *)to + i * stride, amx_model.tile[tile][i], GEMM_AMX_BYTES);
}

static inline void gemm_amx_stream(float *to, const float *from)
{
    memcpy(to, from, GEMM_AMX_BYTES);
}

static inline void gemm_amx_squares(size_t rows, const float *c, size_t ldc, float *to, size_t ld)
{
    for (size_t i = 0; i < rows; i += GEMM_SQUARES_ROWS)
        to[i / GEMM_SQUARES_ROWS * ld] = gemm_squares(rows - i < GEMM_SQUARES_ROWS ? 1 : GEMM_SQUARES_ROWS, c + i * ldc, ldc);
}

static inline float amx_model_flush(float x)
{
    return fabsf(x) < 0x1p-126f ? copysignf(0, x) : x;
}

/* chain [32] += x y: x0 and x1 in turn, y [32]. A product of two bfloat16 is exact in double. A sum is rounded to double and then
 * to float; that differs from one rounding only where the double lies in the middle of two floats. */
static inline void amx_model_step(float x0, float x1, const float *y, float *chain)
{
    enum { N = 2 * GEMM_AMX_COLUMNS };
    double sum[N];
    uint64_t bits[N], in_the_middle = 0;
    for (size_t j = 0; j < N; j += 2) {
        sum[j] = (double)x0 * (double)y[j] + (double)chain[j];
        sum[j + 1] = (double)x1 * (double)y[j + 1] + (double)chain[j + 1];
    }
    memcpy(bits, sum, sizeof bits);
    for (size_t j = 0; j < N; j++)
        in_the_middle |= ((bits[j] ^ 0x10000000) & 0x1fffffff) - 1; /* a high bit is set where that was 0 */
    for (size_t j = 0; j < N; j++) {
        float once = in_the_middle >> 63 ? fmaf(j % 2 ? x1 : x0, y[j], chain[j]) : (float)sum[j];
        chain[j] = amx_model_flush(once);
    }
}

static inline float amx_model_bf16_at(const unsigned char *bytes)
{
    uint16_t half;
    memcpy(&half, bytes, sizeof half);
    uint32_t bits = (uint32_t)half << 16;
    float x;
    memcpy(&x, &bits, sizeof x);
    return amx_model_flush(x);
}

static inline void gemm_amx_add_bf16(const int tile)
{
    const int a = 4 + tile / 2, b = 6 + tile % 2;
    float right[AMX_MODEL_PAIRS][2 * GEMM_AMX_COLUMNS];
    for (size_t p = 0; p < AMX_MODEL_PAIRS; p++)
        for (size_t j = 0; j < 2 * GEMM_AMX_COLUMNS; j++)
            right[p][j] = amx_model_bf16_at(amx_model.tile[b][p] + 2 * j);
    for (size_t i = 0; i < amx_model_rows(a); i++) {
        float chain[2 * GEMM_AMX_COLUMNS] = {0}, c[GEMM_AMX_COLUMNS];
        for (size_t p = 0; p < AMX_MODEL_PAIRS; p++) {
            const unsigned char *pair = amx_model.tile[a][i] + 4 * p;
            amx_model_step(amx_model_bf16_at(pair), amx_model_bf16_at(pair + 2), right[p], chain);
        }
        memcpy(c, amx_model.tile[tile][i], sizeof c);
        for (size_t j = 0; j < GEMM_AMX_COLUMNS; j++)
            c[j] = amx_model_flush(amx_model_flush(c[j]) + amx_model_flush(chain[2 * j] + chain[2 * j + 1]));
        memcpy(amx_model.tile[tile][i], c, sizeof c);
    }
}

/* Four unsigned bytes of A times four signed ones of B. The sums do not saturate. */
static inline void gemm_amx_add_int8(const int tile)
{
    const int a = 4 + tile / 2, b = 6 + tile % 2;
    for (size_t i = 0; i < amx_model_rows(a); i++) {
        uint32_t c[GEMM_AMX_COLUMNS];
        memcpy(c, amx_model.tile[tile][i], sizeof c);
        for (size_t k = 0; k < GEMM_AMX_BYTES; k++)
            for (size_t j = 0; j < GEMM_AMX_COLUMNS; j++)
                c[j] += (uint32_t)(amx_model.tile[a][i][k] * (int8_t)amx_model.tile[b][k / 4][4 * j + k % 4]);
        memcpy(amx_model.tile[tile][i], c, sizeof c);
    }
}

#endif
