/* gemm_kernels: what a backend of gemm gives to the driver in gemm.c. */
#ifndef TAGPIPE_GEMM_KERNELS_H
#define TAGPIPE_GEMM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

enum { GEMM_ROWS_MAX = 16, GEMM_COLUMNS_MAX = 64 };

/* One tile: C[rows, columns] (+)= A B over k steps. A's element (i, p) is a[i * row_step + p * k_step]; b is a packed panel
 * [k][kernel columns], zero behind the matrix's edge; `columns` of it are stored. With `add` each chain starts at C. */
typedef void gemm_tile(size_t rows, size_t columns, size_t k, const float *a, size_t row_step, size_t k_step,
                       const float *b, bool add, float *c, size_t ldc);

/* to[p * columns + j] = from[j * ld + p] for j < width, p < k; columns from `width` on become 0. */
typedef void gemm_transpose(size_t width, size_t columns, size_t k, const float *from, size_t ld, float *to);
gemm_transpose gemm_transpose_plain;

struct gemm_kernel {
    const char *name;
    size_t rows, columns;           /* of a full tile */
    bool (*runs_here)(void);
    gemm_tile *tile;
    gemm_transpose *transpose;
};

extern const struct gemm_kernel gemm_avx512, gemm_avx2, gemm_portable;

#endif
