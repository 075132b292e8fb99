/* gemm_matrix: the operands of a product. */
#ifndef TAGPIPE_GEMM_GEMM_MATRIX_H
#define TAGPIPE_GEMM_GEMM_MATRIX_H

#include "base/util.h"
#include "gemm/precision.h"

/* A matrix that is read, row-major. Element (i, j) is data[i * ld + j], or data[j * ld + i] where `transposed` is set. */
struct gemm_matrix {
    const float *data;
    size_t rows, columns, ld;
    bool transposed;
};

static inline struct gemm_matrix gemm_matrix(const float *data, size_t rows, size_t columns, size_t ld)
{
    return (struct gemm_matrix){data, rows, columns, ld, false};
}

static inline struct gemm_matrix gemm_transpose(struct gemm_matrix x)
{
    return (struct gemm_matrix){x.data, x.columns, x.rows, x.ld, !x.transposed};
}

/* Where a product goes: element (i, j) is stored at data[i * ld + j], or added to what is there if `add`. */
struct gemm_result {
    float *data;
    size_t ld;
    bool add;
};

/* run() is called on any thread, once for each element of W, before the product reads it: for the floats [first + i * stride,
 * first + i * stride + n) of W, i < rows. `beside`: up to GEMM_BESIDE arrays of W's size which run() reads at the same places;
 * the product prefetches them. */
enum { GEMM_BESIDE = 3 };
struct gemm_update {
    void (*run)(void *data, size_t first, size_t rows, size_t stride, size_t n);
    void *data;
    const float *beside[GEMM_BESIDE]; /* NULL after the last one */
};

#endif
