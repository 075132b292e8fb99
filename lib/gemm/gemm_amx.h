/* gemm_amx: the operations on tiles that the AMX kernels are written over. A file that defines GEMM_AMX_MODEL compiles the
 * same kernels over a model of these operations in plain C (tests/support/amx_model.h), so that they are tested on any
 * machine.
 *
 * What a tile is: one of eight registers of up to 16 rows by 64 bytes, with a shape that LDTILECFG sets for all of them. Here
 * tiles 0 to 3 are C, 16 x 16 sums each, in two rows of two; 4 and 5 are A, 16 rows by 64 bytes of k; 6 and 7 are B, 64 bytes
 * of k by 16 columns, as 16 rows in which the 4 bytes of a column lie together. One multiplication, C += A B, takes 16
 * cycles; the four of a step need four loads, which take half of that time if A and B are in the first-level cache.
 *
 * State: tiles are 8 KB that the kernel of the system saves at each change of threads, and into the frame of each signal, as
 * long as they are in use. So a product releases them after each job (gemm_amx_release), and only then. Their shape depends
 * on the rows of a product alone; it is set again only where that changes. */
#ifndef TAGPIPE_GEMM_GEMM_AMX_H
#define TAGPIPE_GEMM_GEMM_AMX_H

#include <stdbool.h>
#include <stddef.h>

enum { GEMM_AMX_ROWS = 16, GEMM_AMX_BYTES = 64, GEMM_AMX_COLUMNS = 16 }; /* of a tile, and of a tile of C */

/* Whether the compiler has the instructions. */
#if defined(__x86_64__) && defined(__linux__) && (defined(__clang__) ? __clang_major__ >= 12 : __GNUC__ >= 11)
#define GEMM_AMX
#endif

#ifndef GEMM_AMX_MODEL
/* Whether the processor has tiles of bfloat16 and of bytes, and the system lets this process use them; asks for that leave, which
 * holds for all threads. */
bool gemm_amx_runs_here(void);
/* Before the first tile: tiles of A and C get so many rows, from 1 to 16, unless this thread's tiles have them. */
void gemm_amx_configure(size_t rows);
/* After the last one. */
void gemm_amx_release(void);
#endif

#if defined(GEMM_AMX) && !defined(GEMM_AMX_MODEL)
#include <immintrin.h>

#include "gemm/gemm_squares.h"

#define GEMM_AMX_TARGET __attribute__((target("amx-tile,amx-bf16,amx-int8,avx512f,avx512bw,avx512dq,avx512vl")))
#define GEMM_AMX_INLINE GEMM_AMX_TARGET static inline __attribute__((always_inline))

/* A tile's number is part of an instruction, so each has its case; it is a constant wherever this is inlined. "memory": gcc does
 * not know what its own load reads. */
#define GEMM_AMX_LOAD(t)                                                                                                         \
    case t: _tile_loadd(t, from, stride); break
GEMM_AMX_INLINE void gemm_amx_load(const int tile, const void *from, size_t stride)
{
    __asm__ volatile("" ::: "memory");
    switch (tile) {
        GEMM_AMX_LOAD(0);
        GEMM_AMX_LOAD(1);
        GEMM_AMX_LOAD(2);
        GEMM_AMX_LOAD(3);
        GEMM_AMX_LOAD(4);
        GEMM_AMX_LOAD(5);
        GEMM_AMX_LOAD(6);
        GEMM_AMX_LOAD(7);
    }
}

/* The rest is for a tile of C, 0 to 3. */
#define GEMM_AMX_EACH(operation0, operation1, operation2, operation3)                                                            \
    switch (tile) {                                                                                                              \
    case 0: operation0; break;                                                                                                   \
    case 1: operation1; break;                                                                                                   \
    case 2: operation2; break;                                                                                                   \
    case 3: operation3; break;                                                                                                   \
    }
GEMM_AMX_INLINE void gemm_amx_zero(const int tile){GEMM_AMX_EACH(_tile_zero(0), _tile_zero(1), _tile_zero(2), _tile_zero(3))}

GEMM_AMX_INLINE void gemm_amx_store(const int tile, void *to,
                                    size_t stride){GEMM_AMX_EACH(_tile_stored(0, to, stride), _tile_stored(1, to, stride),
                                                                 _tile_stored(2, to, stride), _tile_stored(3, to, stride))}

/* Adds its row of A times its column of B: pairs of bfloat16; unsigned bytes times signed ones. */
GEMM_AMX_INLINE void gemm_amx_add_bf16(const int tile){
    GEMM_AMX_EACH(_tile_dpbf16ps(0, 4, 6), _tile_dpbf16ps(1, 4, 7), _tile_dpbf16ps(2, 5, 6), _tile_dpbf16ps(3, 5, 7))}

GEMM_AMX_INLINE void gemm_amx_add_int8(const int tile){
    GEMM_AMX_EACH(_tile_dpbusd(0, 4, 6), _tile_dpbusd(1, 4, 7), _tile_dpbusd(2, 5, 6), _tile_dpbusd(3, 5, 7))}

/* A cache line of floats, past the caches. */
GEMM_AMX_INLINE void gemm_amx_stream(float *to, const float *from)
{
    _mm512_stream_ps(to, _mm512_loadu_ps(from));
}

/* gemm_squares of 16 columns of `rows` rows, at most 8, block i into to[i * ld]. */
GEMM_AMX_INLINE void gemm_amx_squares(size_t rows, const float *c, size_t ldc, float *to, size_t ld)
{
    float sum[4];
    __m256 row[8];
#pragma GCC unroll 8
    for (size_t i = 0; i < 8; i++) {
        __m512 x = _mm512_maskz_loadu_ps(i < rows ? 0xffff : 0, c + i * ldc);
        x = _mm512_mul_ps(x, x);
        row[i] = _mm256_add_ps(_mm512_castps512_ps256(x), _mm512_extractf32x8_ps(x, 1));
    }
    gemm_squares_avx(8, row, sum, 1);
#pragma GCC unroll 4
    for (size_t i = 0; i < 4; i++)
        if (GEMM_SQUARES_ROWS * i < rows)
            to[i * ld] = sum[i];
}
#endif
#endif
