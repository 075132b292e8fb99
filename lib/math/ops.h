/* ops: BERT's operators on one row, or on a range of columns, of a matrix [N,H]. They run on the calling thread; the caller
 * shares the rows among threads. Their bits do not depend on the number of rows or on the thread. */
#ifndef TAGPIPE_MATH_OPS_H
#define TAGPIPE_MATH_OPS_H

#include "base/util.h"
#include "math/activation.h"

/* row = residual + mask * (row + bias) in place, then LayerNorm (Ba et al., "Layer normalization", 2016):
 * xhat = (row - mean) * rstd, rstd = 1 / sqrt(variance + eps), y = gamma * xhat + beta. All are [n] but for rstd, which is one
 * number. bias, mask (of ops_dropout_mask), residual, xhat and rstd may be NULL; the backward pass needs the last two. */
void ops_bias_dropout_residual_norm(size_t n, float *row, const float *bias, const float *mask, const float *residual,
                                    const float *gamma, const float *beta, float eps, float *xhat, float *rstd, float *y);

/* y = gamma * xhat + beta: the y of the function above, with the same bits. */
void ops_norm_affine(size_t n, const float *xhat, const float *gamma, const float *beta, float *y);
/* LayerNorm's backward pass: dx, of the sum `row` above, from dy. dx may be dy. */
void ops_norm_backward(size_t n, const float *dy, const float *xhat, float rstd, const float *gamma, float *dx);

/* y *= x. */
void ops_multiply(size_t n, float *y, const float *x);
/* row *= factor. */
void ops_scale(size_t n, float *row, float factor);
/* y += x. */
void ops_add(size_t n, float *y, const float *x);

/* pre += bias; out = activation(pre). out may be pre. */
void ops_bias_activation(enum activation kind, size_t n, float *pre, const float *bias, float *out);
/* out = activation(pre) and d = d * activation'(pre). */
void ops_activation_backward(enum activation kind, size_t n, const float *pre, float *out, float *d);

/* Softmax of scale * row, in place, with the maximum subtracted. */
void ops_softmax(size_t n, float *row, float scale);
/* Softmax without its last step: returns the factor that makes probabilities of the row. Attention multiplies its output with the
 * factor instead, since that is shorter than the row. The factor is 1 for a short row, whose last step costs nothing. */
float ops_softmax_unnormalised(size_t n, float *row, float scale);
/* ds = scale * p * (dp - sum(dp * p)), in place of dp. */
void ops_softmax_backward(size_t n, const float *p, float *dp, float scale);

/* The sum of x, in double: VEC_LANES sums, each over every 16th element, then one fixed tree. */
double ops_sum(size_t n, const float *x);
/* sum[j] += column j of d [rows, columns from `from` to `to`], rows in ascending order. */
void ops_sum_columns(size_t rows, size_t from, size_t to, const float *d, size_t ldd, float *sum);
/* The same of d * xhat, for a LayerNorm's gamma. */
void ops_sum_columns_product(size_t rows, size_t from, size_t to, const float *d, const float *xhat, size_t ld, float *sum);

/* Dropout's factors for one row: 0 with probability p, else 1 / (1 - p); a pure function of (seed, step, site, row, column),
 * with step < 2^44, site < 2^20, row < 2^40, column < 2^26. */
void ops_dropout_mask(uint64_t seed, uint64_t step, uint32_t site, uint64_t row, float p, size_t n, float *mask);

#endif
