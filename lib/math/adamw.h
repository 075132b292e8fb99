/* adamw: the optimiser's loops over the elements of one part of a parameter. */
#ifndef TAGPIPE_MATH_ADAMW_H
#define TAGPIPE_MATH_ADAMW_H

#include <stddef.h>

/* What is the same for all elements in a step. It is rounded to fp32 once, as torch does. */
struct adamw {
    float scale, decay, one_minus_beta1, beta2, one_minus_beta2, step_size, root, over_root, epsilon;
};

/* One step: gradients g [n] change the moments m and v and the weights w. It prefetches the elements `ahead` floats further on;
 * use ADAMW_AHEAD where the arrays continue. */
enum { ADAMW_AHEAD = 256 };
void adamw_update(const struct adamw *s, size_t n, size_t ahead, const float *g, float *m, float *v, float *w);
/* w [n] *= by[0], *= by[1] .. *= by[steps - 1], each rounded: all that AdamW does where gradient and moments are zero. */
void adamw_decay(size_t steps, const float *by, size_t n, float *w);
/* The sum of the squares, in double: VEC_LANES sums, each over every 16th element, then one fixed tree. */
double adamw_squares(size_t n, const float *x);

#endif
