/* gemm_kernels: what a backend of gemm gives to the driver in gemm.c. */
#ifndef TAGPIPE_GEMM_GEMM_KERNELS_H
#define TAGPIPE_GEMM_GEMM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

/* GEMM_STREAM: past the caches, where C is larger than they are and is not read soon; else as GEMM_SET. */
enum gemm_store { GEMM_SET, GEMM_ADD, GEMM_STREAM };

/* What a tile brings into the second-level cache while it computes: rows of `bytes`, `stride` apart, and `then` others. It fetches
 * `at_once` lines each GEMM_FETCH_STEPS steps, since a burst of them would fill the buffers for misses and the tile's own loads
 * would wait. */
enum { GEMM_FETCH_STEPS = 4, GEMM_LINE = 64 };
struct gemm_ahead { const char *row; size_t bytes, stride, rows, offset, at_once; const struct gemm_ahead *then; };

static inline void gemm_fetch(struct gemm_ahead *x)
{
    for (size_t i = 0; i < x->at_once && x->rows > 0; i++) {
        __builtin_prefetch(x->row + x->offset, 0, 2);
        x->offset += GEMM_LINE;
        if (x->offset >= x->bytes) {
            x->offset = 0;
            x->row += x->stride;
            if (--x->rows == 0 && x->then)
                *x = *x->then;
        }
    }
}

/* Where a tile goes. With GEMM_ADD each chain starts at C. `squares`, unless it is NULL: the sum of the squares of what is stored. */
struct gemm_out { enum gemm_store store; float *c; size_t ldc; float *squares; };

/* One tile: C[rows, columns] = or += A B over k steps. A's element (i, p) is a[i * row_step + p * k_step], B's (p, j) is
 * b[p * b_step + j] for j below the kernel's columns, zero behind the matrix's edge; `columns` of them are stored.
 * A kernel with `unit` 2 takes pairs of bfloat16, steps 2p and 2p + 1 of k, for elements: b is a panel [k / 2][columns][2]. */
typedef void gemm_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step,
                       const void *b, size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead);

/* A panel [k][columns] from fp32, columns from `width` on zero, and a missing half of the last pair too.
 * transpose: element (p, j) is from[j * ld + p]; copy: from[p * ld + j]. */
typedef void gemm_panel(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to);
gemm_panel gemm_transpose_plain, gemm_copy_plain;

/* k steps of one row of A, which lie together in fp32, as a kernel takes them; a missing half of the last pair is zero. */
typedef void gemm_row(size_t k, const float *from, void *to);
gemm_row gemm_row_plain;

struct gemm_kernel {
    const char *name;
    size_t rows, columns;           /* of a full tile */
    size_t bytes, unit;             /* of an element in a panel; steps of k that lie together */
    bool strides;                   /* as fast where the steps of A or B are a matrix's row apart: it needs no panels of those */
    bool (*runs_here)(void);
    gemm_tile *tile;
    gemm_panel *transpose, *copy;
    gemm_row *row;
};

extern const struct gemm_kernel gemm_avx512_bf16, gemm_avx512, gemm_avx2, gemm_portable;

#endif
