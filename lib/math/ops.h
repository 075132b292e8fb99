/* ops: the operators of BERT over one row, or a range of columns, of a matrix [N,H]; all threads are the caller's affair.
 * None of them depends in its bits on the number of rows or on which thread runs it. */
#ifndef TAGPIPE_MATH_OPS_H
#define TAGPIPE_MATH_OPS_H

#include "base/util.h"
#include "math/activation.h"

/* y = x + bias, then gain * normalised(y) + shift (Ba et al., "Layer normalization", 2016). In place: row = residual +
 * keep * (row + bias), normalised into y; keep (dropout's factors) and residual may be NULL. `normal` [n] and `rstd` (for
 * the backward pass) may be NULL. */
void ops_bias_dropout_residual_norm(size_t n, float *row, const float *bias, const float *keep, const float *residual,
                                    const float *gain, const float *shift, float eps, float *normal, float *rstd, float *y);

/* y = gain * normal + shift: what the function above gave. */
void ops_gain_shift(size_t n, const float *normal, const float *gain, const float *shift, float *y);
/* Backward of gain * normal + shift: dx from dy. dx may be dy. */
void ops_norm_backward(size_t n, const float *dy, const float *normal, float rstd, const float *gain, float *dx);

/* row *= keep. */
void ops_multiply(size_t n, float *row, const float *keep);
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
/* The same but for a factor, which is returned: what the row is multiplied with next is shorter. 1 for a row so short that it was
 * multiplied in registers. */
float ops_exponentials(size_t n, float *row, float scale);
/* ds = scale * p * (dp - sum(dp * p)), in place of dp. */
void ops_softmax_backward(size_t n, const float *p, float *dp, float scale);

/* sum[j] += column j of d [rows, columns from `from` to `to`], rows in ascending order. */
void ops_sum_columns(size_t rows, size_t from, size_t to, const float *d, size_t ldd, float *sum);
/* The same of d * normal, for a LayerNorm's gain. */
void ops_sum_columns_product(size_t rows, size_t from, size_t to, const float *d, const float *normal, size_t ld, float *sum);

/* dropout's factors for one row: 0 with probability p, else 1 / (1 - p); a pure function of (seed, step, site, row, column),
 * with step < 2^44, site < 2^20, row < 2^40, column < 2^26. */
void ops_dropout_row(uint64_t seed, uint64_t step, uint32_t site, uint64_t row, float p, size_t n, float *keep);

#endif
