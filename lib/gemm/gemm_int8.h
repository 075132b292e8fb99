/* gemm_int8: activations in 8 bits times weights in 8 bits, summed exactly in 32, fp32 in and out.
 *
 * Weights: one scale for each output channel. w = scale * q with q in [-127, 127]; the largest |w| becomes 127. Activations: one
 * scale and one zero point for each row, from that row alone. x = scale * (q - zero) with q in [0, 127]; the range holds the
 * row's smallest and largest value, and 0. Error: at most half a scale: (max - min) / 254 for an x, max|w| / 254 for a weight.
 * Activations have 7 bits, since AVX2 sums pairs of products in 16 bits, and the bits are to be the same on every processor.
 *
 * Bits: the sums are integers, so they are the same on every processor. The fp32 around them is one fixed chain of operations for
 * each element. So all kernels give the same bits, for any number of threads and rows and any place of a row.
 *
 * Order: quantise rows, then multiply them; weights are packed once. TAGPIPE_GEMM forces a kernel as in gemm.h ("openblas" is
 * plain C here). All of it runs on the calling thread, but packing uses all threads. */
#ifndef TAGPIPE_GEMM_GEMM_INT8_H
#define TAGPIPE_GEMM_GEMM_INT8_H

#include "base/util.h"

/* How one row of activations was quantised. If a number in it is not finite, scale is NaN, and so is its product. */
struct gemm_int8_row {
    float scale;
    int32_t zero;
};

/* Bytes from one quantised row of k elements to the next. Those after the k-th are 0. */
size_t gemm_int8_row_bytes(size_t k);
/* q [int8_row_bytes(k)] from x [k]. */
struct gemm_int8_row gemm_int8_quantize(size_t k, const float *x, uint8_t *q);

/* W[n,k] ([out,in]) as bytes in the kernel's order. row[j] points to the k weights of output j. Dies if sums over k could leave
 * 32 bits (k > 133144). */
struct gemm_int8_packed;
struct gemm_int8_packed *gemm_int8_pack(size_t n, size_t k, const float *const *row);
void gemm_int8_free(struct gemm_int8_packed *packed);
/* Y[m,n] = X[m,k] W^T + bias [n] (NULL: 0), from rows that were quantised. The caller gives few rows at a time, which stay in the
 * second-level cache. */
void gemm_int8(size_t m, const uint8_t *q, const struct gemm_int8_row *row, const struct gemm_int8_packed *w, const float *bias,
               float *y, size_t ldy);

const char *gemm_int8_backend(void); /* "amxint8", "avx512vnni", "avx2", "c": what runs here */

#endif
