/* gemm: matrix products on the CPU, fp32 in and out; the one place that knows a BLAS.
 *
 * How it works: gemm_product.c cuts C into tiles that fit into the registers and gives the tiles to the threads. gemm_pack.c
 * copies operands into the order in which a kernel reads them: panels of B, and rows of A where it must. A kernel computes
 * one tile; each kernel is one file, and gemm_backend.c holds their table. Weights that do not change are packed once
 * (gemm_pack).
 *
 * Precision: PRECISION_FP32, or PRECISION_BF16: the operands are rounded to bfloat16 (to nearest, ties to even), their
 * products are summed in fp32. AMX does it, or VDPBF16PS where that is faster than fp32, which otherwise computes after the
 * rounding. PRECISION_BF16X3: each operand is a sum of two bfloat16 (gemm_split.h). gemm_int8.h has products of bytes.
 *
 * Bits: element C[i,j] is the same for any number of threads, any number of rows and any place of row i among them. Our
 * kernels (AVX-512, AVX2, and the portable one: arm64) compute each element as one chain of fused multiply-adds over k in
 * ascending order (bfloat16: over pairs; AMX: over 32 steps, see gemm_amx_bf16.c); C holds the sum between blocks of k. So in
 * fp32 all of them give the same bits. A processor without fused multiply-adds runs OpenBLAS in tiles of one shape, and has
 * bits of its own.
 *
 * Costs: 2 m n k operations, and reading B once for every 240 rows of A. Each thread keeps memory for some panels (at most
 * 0.5 MB, but all of B in gemm_gradient where B must be packed) and for the rows of A that it works on.
 *
 * Order: the first product reads TAGPIPE_GEMM=amx|avx512bf16|avx512|avx2|portable|openblas, which forces kernels. C must
 * not overlap A or B. The functions that use all threads must not be called inside a parallel region; gemm and
 * gemm_packed_multiply_rows may be. */
#ifndef TAGPIPE_GEMM_GEMM_H
#define TAGPIPE_GEMM_GEMM_H

#include "gemm/gemm_matrix.h"
#include "gemm/gemm_packed.h"

/* C[m,n] = A[m,k] B[k,n] in FP32 on the calling thread, for small products (attention's of one head) inside a parallel loop. */
void gemm(struct gemm_matrix a, struct gemm_matrix b, struct gemm_result c);
/* The same on all threads, for wide products. */
void gemm_parallel(enum precision precision, struct gemm_matrix a, struct gemm_matrix b, struct gemm_result c);

/* Y[m,n] = X[m,k] W^T for W [n,k] with ld = k, after `update`. The same bits as gemm_parallel's. Both together take little longer
 * than the product alone: the product computes while the update waits for memory. */
void gemm_updated(enum precision precision, struct gemm_matrix x, struct gemm_matrix w, const struct gemm_update *update,
                  struct gemm_result y);

/* DW[m,n] = D^T X on all threads, for D [k,m] and X [k,n] with k > 0: a weight's gradient from k rows. Returns the sum of the
 * squares of DW: gemm_squares of its blocks, row by row, summed by ops_sum. The same bits of DW as gemm's. */
double gemm_gradient(enum precision precision, struct gemm_matrix d, struct gemm_matrix x, struct gemm_result dw);

/* Y[m,n] = X[m,k] W^T on all threads. The same bits as gemm_parallel's. */
void gemm_packed_multiply(struct gemm_matrix x, const struct gemm_packed *w, struct gemm_result y);

/* The same on the calling thread: a caller with a loop over rows of its own gives few rows at a time, which stay in the
 * second-level cache. They are rows of X in the kernel's form (gemm_packed.h), `bytes` from one to the next. */
struct gemm_rows {
    const void *data;
    size_t n, bytes;
};
/* Columns [first, first + columns) of Y into y [rows,columns]. Both are multiples of 64, but the last columns
 * may be fewer. */
void gemm_packed_multiply_rows(struct gemm_rows x, const struct gemm_packed *w, size_t first, size_t columns,
                               struct gemm_result y);

const char *gemm_backend(void);      /* "avx512", "avx2", "portable", "openblas": what runs here in FP32 */
const char *gemm_backend_bf16(void); /* "amxbf16", "avx512bf16", or gemm_backend()'s, with rounding before it */
/* The processor by the kernels that run here: "amx", "avx512-bf16", "avx512", "avx2", "arm64" or "portable". */
const char *gemm_backend_class(void);
const char *gemm_backend_about(void); /* for --version: that, the BLAS, the class of the processor, what is built in */
const char *gemm_backend_text(void);  /* a line for people with all three: "kernels: fp32 avx512, bf16 amxbf16, int8 amxint8" */

#endif
