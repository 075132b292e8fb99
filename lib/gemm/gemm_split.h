/* gemm_split: fp32 as a sum of two bfloat16, for PRECISION_BF16X3.
 *
 * How it works: x = high + middle + rest. high is x rounded to bfloat16, middle is what is left, rounded; |rest| is at most
 * 2^-18 |x|. Of the products x y the three largest are summed: high high + high middle + middle high. There are two layouts.
 * Terms: a step of k becomes three steps: A has high, high and middle there, B high, middle and high. So any kernel for
 * bfloat16 computes it, without a change. Parts: the high parts of a kernel's `fill` steps lie together, and then the middle
 * ones, zeros where steps are missing. That is a third less to read and to keep, for a kernel that has a tile for it.
 *
 * Error: about 2^-17 of each product, beside 2^-8 in bfloat16 and 2^-24 in fp32. It costs three times what bfloat16 costs. */
#ifndef TAGPIPE_GEMM_GEMM_SPLIT_H
#define TAGPIPE_GEMM_GEMM_SPLIT_H

#include "gemm/gemm_kernels.h"

enum { GEMM_SPLIT_TERMS = 3, GEMM_SPLIT_PARTS = 2 };

/* To bfloat16: to nearest, ties to even. */
void gemm_split_round(size_t n, float *x);
/* As the kernel's own functions pack a panel (of one column: a row), but as terms. `left`: of A. */
void gemm_split_panel(const struct gemm_kernel *kernel, bool left, bool transposed, size_t width, size_t columns, size_t k,
                      const float *from, size_t ld, void *to);
/* The same as parts. */
void gemm_split_parts(const struct gemm_kernel *kernel, bool transposed, size_t width, size_t columns, size_t k,
                      const float *from, size_t ld, void *to);

#endif
