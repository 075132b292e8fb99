/* gemm_packed: weights that do not change, and rows of X, in the order in which a kernel reads them. */
#ifndef TAGPIPE_GEMM_GEMM_PACKED_H
#define TAGPIPE_GEMM_GEMM_PACKED_H

#include "gemm/gemm_matrix.h"

/* A weight matrix W [n,k] ([out,in], as linear layers store it) in the kernel's order. The copy is independent of W. */
struct gemm_packed;
struct gemm_packed *gemm_pack(enum precision precision, struct gemm_matrix w);
void gemm_packed_free(struct gemm_packed *packed);

/* Bytes of a row of X in the kernel's form. */
size_t gemm_row_bytes(const struct gemm_packed *w);
/* Elements [first, first + n) of a row from x [n] into `row` (gemm_row_bytes). `first` is a multiple of 32. */
void gemm_pack_row(const struct gemm_packed *w, size_t first, size_t n, const float *x, void *row);
/* Where to write element `first` of such a row if the kernel takes plain floats: gemm_pack_row is not needed then. Else NULL. */
float *gemm_row_floats(const struct gemm_packed *w, size_t first, void *row);
/* Whether a matrix with this leading dimension can serve as rows without a copy. */
bool gemm_reads_in_place(const struct gemm_packed *w, size_t ld);

/* A leading dimension for rows of n floats with which products in FP32 read A in place: n, or a cache line more. */
size_t gemm_ld(size_t n);

#endif
