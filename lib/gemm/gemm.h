/* gemm: matrix products, row-major, fp32 in and out; the one place that knows a BLAS.
 *
 * Precision: FP32, or BF16: the operands are rounded to bfloat16 (to nearest, ties to even), their products summed in fp32.
 *
 * Bits: element C[i,j] is the same for any number of threads, any m and any place of row i among the m rows. The kernels for
 * AVX-512 and AVX2 are ours: each element is one chain of fused multiply-adds over k in ascending order (bfloat16: of pairs),
 * blocks of k going through C. Other processors run OpenBLAS in tiles of one shape, and bfloat16 without AVX512_BF16 is
 * rounding in front of fp32. TAGPIPE_GEMM=avx512|avx2|openblas forces one kernel for both. */
#ifndef TAGPIPE_GEMM_GEMM_H
#define TAGPIPE_GEMM_GEMM_H

#include "gemm/precision.h"
#include "base/util.h"

/* C[m,n] = op(A)[m,k] op(B)[k,n], or += if `add`. op is the transpose if `ta` (`tb`); then A is stored [k,m] (B [n,k]).
 * lda, ldb, ldc: elements between the rows as stored. FP32, on the calling thread alone: call it from inside a parallel loop
 * (attention's products of one head). */
void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
          bool add, float *c, size_t ldc);

/* C = A op(B) on all threads; call it from outside of parallel regions (the wide products). */
void gemm_parallel(enum precision precision, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                   size_t ldb, bool add, float *c, size_t ldc);

/* What happens to W's floats [first + i * stride, first + i * stride + n), i < rows, before they are read: on any thread, once to
 * each. `beside`: arrays that are read at the same places, fetched with them; NULL: none. */
enum { GEMM_BESIDE = 3 };
struct gemm_update {
    void (*run)(void *at, size_t first, size_t rows, size_t stride, size_t n);
    void *data;
    const float *beside[GEMM_BESIDE];
};
/* Y[m,n] = X W^T for W [n,k] whose rows join each other, after `update` went over it; the same bits as gemm_parallel's. Both take
 * little longer than the product: one waits for memory while the other computes. */
void gemm_updated(enum precision precision, size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w,
                  const struct gemm_update *update, float *y, size_t ldy);

/* C[m,n] = A^T B, or += it, on all threads, for A [k,m] and B [k,n] with k > 0: a weight's gradient from those of k rows. Returns the
 * sum of the squares of C, tile by tile in fp32. The same bits of C as gemm_parallel's for the transpose of A. */
double gemm_gradient(enum precision precision, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                     bool add, float *c, size_t ldc);

/* A weight matrix W[n,k] ([out,in], as linear layers store it) brought once into the kernel's order. */
struct gemm_packed;
struct gemm_packed *gemm_pack(enum precision precision, size_t n, size_t k, const float *w, size_t ldw);
void gemm_packed_free(struct gemm_packed *packed);                  /* frees it */
/* Y[m,n] = X[m,k] W^T, on all threads. The same bits as gemm_parallel(precision, true, ...). */
void gemm_packed_multiply(size_t m, const float *x, size_t ldx, const struct gemm_packed *w, float *y, size_t ldy);
/* The same in two steps on the calling thread alone: the caller deals out rows, so few that they stay in the second cache.
 *
 * Elements [first, first + n) of a row x of X, as the kernel takes them, into a row of gemm_row_bytes(w); `first` is even. */
size_t gemm_row_bytes(const struct gemm_packed *w);
void gemm_pack_row(const struct gemm_packed *w, size_t first, size_t n, const float *x, void *row);
/* Where element `first` of such a row lies if they are taken as they are, so that they can be written there; else NULL. */
float *gemm_row_floats(const struct gemm_packed *w, size_t first, void *row);
/* Whether rows of X, ldx apart, can be taken where they lie. */
bool gemm_reads_in_place(const struct gemm_packed *w, size_t ldx);
/* Columns [first, first + columns) of Y, into y [m,columns]. Both are multiples of 64, but for the last columns. `bytes` from one
 * of the rows to the next. */
void gemm_packed_multiply_rows(size_t m, const void *rows, size_t bytes, const struct gemm_packed *w, size_t first, size_t columns, float *y,
                      size_t ldy);

/* Floats from one row of n to the next at which products read A where it lies, in fp32: n, or a cache line more. */
size_t gemm_ld(size_t n);

const char *gemm_backend(void);                           /* "avx512", "avx2", "openblas": what runs here in FP32 */
const char *gemm_backend_bf16(void);                      /* "avx512bf16", or that with the rounding in front */

#endif
