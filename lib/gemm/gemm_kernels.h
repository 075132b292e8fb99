/* gemm_kernels: what a kernel gives to the driver (gemm_product.c). gemm_backend.c has the table of the kernels and how to add
 * one. */
#ifndef TAGPIPE_GEMM_GEMM_KERNELS_H
#define TAGPIPE_GEMM_GEMM_KERNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "gemm/gemm_ahead.h"
#include "gemm/gemm_squares.h"
#include "gemm/precision.h"

/* GEMM_STREAM: as GEMM_SET, but past the caches, for a C that is larger than they are and is not read soon. */
enum gemm_store { GEMM_SET, GEMM_ADD, GEMM_STREAM };

/* Where a tile goes. With GEMM_ADD each chain starts at C. `squares`: receives gemm_squares of what is stored, that of block
 * (i, j) at squares[i * ld_squares + j]; or NULL. */
struct gemm_out {
    enum gemm_store store;
    float *c;
    size_t ldc;
    float *squares;
    size_t ld_squares;
};

/* One tile: C[rows, columns] = or += A B over k steps. A's element (i, p) is a[i * row_step + p * k_step]. B's (p, j) is
 * b[p * b_step + j] for j < the kernel's columns, and zero beyond the matrix's edge; `columns` of them are stored.
 * A kernel with `unit` 2 has pairs of bfloat16, steps 2p and 2p + 1 of k, as its elements: b is a panel [k / 2][columns][2]. */
typedef void gemm_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step, const void *b,
                       size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead);

/* A panel [k][columns] from fp32. Columns from `width` on are zero, and so is a missing half of the last pair.
 * transpose: element (p, j) is from[j * ld + p]; copy: from[p * ld + j]. */
typedef void gemm_panel(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to);
gemm_panel gemm_transpose_plain, gemm_copy_plain;

/* k steps of one row of A, contiguous in fp32, as a kernel takes them. A missing half of the last pair is zero. */
typedef void gemm_row(size_t k, const float *from, void *to);
gemm_row gemm_row_plain;

/* Those of the kernel for VDPBF16PS, which the one for AMX shares. */
gemm_panel gemm_avx512_bf16_transpose, gemm_avx512_bf16_copy;
gemm_row gemm_avx512_bf16_row;

struct gemm_kernel {
    const char *name;
    size_t rows, columns; /* of a full tile */
    size_t bytes, unit;   /* of an element in a panel; steps of k that lie together */
    size_t fill;          /* panels and rows of A are filled up with zeros to a multiple of so many steps; 0: of `unit` */
    bool in_rows;         /* takes A in rows alone: k_step is 1 */
    bool strides;         /* as fast on the rows of a matrix in place as on a panel: those need no panels */
    size_t (*near)(void); /* NULL, or steps of a panel that the first-level cache holds beside A, where the processor computes so
                             fast that each tile must find the panel there: those are packed, and not longer; 0: it does not */
    bool streams;         /* has stores past the caches */
    bool (*runs_here)(void);
    bool (*is_fast)(void); /* for bfloat16: whether it is faster than the fp32 kernel after rounding; NULL: yes */
    gemm_tile *tile;
    gemm_tile *split_tile;  /* NULL, or a tile of PRECISION_BF16X3 over parts that lie together, see gemm_split.h */
    void (*job_done)(void); /* NULL, or called by a thread after its last tile of a job */
    gemm_panel *transpose, *copy;
    gemm_row *row;
};

/* The kernel that runs here (gemm_backend.c). Dies if TAGPIPE_GEMM asks for another one. */
const struct gemm_kernel *gemm_backend_kernel(enum precision precision);

/* For tests: these kernels from now on, whatever the processor is. */
struct gemm_int8_kernel;
void gemm_backend_replace(const struct gemm_kernel *bf16, const struct gemm_int8_kernel *int8);

#endif
