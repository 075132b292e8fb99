/* gemm_int8: products of activations in 8 bits with weights in 8 bits, summed exactly in 32, fp32 in and out.
 *
 * Weights: one scale for each output channel, w = scale * q, q in [-127, 127], the largest |w| being 127. Activations: one
 * scale and zero point for each row, made from that row alone, x = scale * (q - zero), q in [0, 127], the row's smallest and
 * largest value (and 0) being inside; so an x is off by at most half a scale, (max - min) / 254, and a weight by max|w| / 254.
 * 7 bits of 8: AVX2 sums pairs of products in 16 bits, and the bits are to be the same on every processor.
 *
 * Bits: the sums are integers and therefore the same whatever computes them; what is fp32 around them is one fixed chain of
 * operations for each element. All kernels, any number of threads, any m and any place of a row give the same bits.
 * TAGPIPE_GEMM=avx512|avx2|openblas (here: plain C) forces a kernel, as for gemm. */
#ifndef TAGPIPE_GEMM_GEMM_INT8_H
#define TAGPIPE_GEMM_GEMM_INT8_H

#include "base/util.h"

/* What one row of activations was divided by. A row with a number that is not finite has scale NaN, and so has its product. */
struct gemm_int8_row { float scale; int32_t zero; };

/* Bytes from one quantised row of k elements to the next; those behind the k-th are 0. */
size_t gemm_int8_row_bytes(size_t k);
/* q [int8_row_bytes(k)] from x [k]. */
struct gemm_int8_row gemm_int8_quantize(size_t k, const float *x, uint8_t *q);

/* W[n,k] ([out,in]) as bytes in the kernels' order. row[j] is where the weights of output j lie; all threads work. */
struct gemm_int8_packed;
struct gemm_int8_packed *gemm_int8_pack(size_t n, size_t k, const float *const *row);
void gemm_int8_free(struct gemm_int8_packed *packed);        /* frees it */
/* Y[m,n] = X[m,k] W^T, + bias [n] unless that is NULL. On the calling thread alone: the caller deals out rows, so few that
 * they stay in the second cache. */
void gemm_int8(size_t m, const uint8_t *q, const struct gemm_int8_row *row, const struct gemm_int8_packed *w, const float *bias,
               float *y, size_t ldy);

const char *gemm_int8_backend(void);                      /* "avx512vnni", "avx2", "c": what runs here */

#endif
