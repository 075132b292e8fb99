/* gemm_kernels: what a backend of gemm gives to the driver in gemm.c. */
#ifndef TAGPIPE_GEMM_KERNELS_H
#define TAGPIPE_GEMM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

enum { GEMM_ROWS_MAX = 16, GEMM_COLUMNS_MAX = 64 };

/* GEMM_STREAM: past the caches, where C is larger than they are and is not read soon; else as GEMM_SET. */
enum gemm_store { GEMM_SET, GEMM_ADD, GEMM_STREAM };

/* One tile: C[rows, columns] = or += A B over k steps. A's element (i, p) is a[i * row_step + p * k_step]; b is a packed panel
 * [k][kernel columns], zero behind the matrix's edge; `columns` of it are stored. With GEMM_ADD each chain starts at C.
 * A kernel with `unit` 2 takes pairs: a and b are panels [k / 2][rows or columns][2] of bfloat16, and the steps mean nothing. */
typedef void gemm_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step,
                       const void *b, enum gemm_store store, float *c, size_t ldc);

/* A panel [k][columns] from fp32, columns from `width` on zero, and a missing half of the last pair too.
 * transpose: element (p, j) is from[j * ld + p]; copy: from[p * ld + j]. */
typedef void gemm_panel(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to);
gemm_panel gemm_transpose_plain, gemm_copy_plain;

struct gemm_kernel {
    const char *name;
    size_t rows, columns;           /* of a full tile */
    size_t bytes, unit;             /* of an element in a panel; steps of k that lie together */
    bool (*runs_here)(void);
    gemm_tile *tile;
    gemm_panel *transpose, *copy;
};

extern const struct gemm_kernel gemm_avx512_bf16, gemm_avx512, gemm_avx2, gemm_portable;

#endif
