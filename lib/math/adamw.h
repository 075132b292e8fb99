/* adamw: the loops of the optimiser over the elements of one chunk. */
#ifndef TAGPIPE_MATH_ADAMW_H
#define TAGPIPE_MATH_ADAMW_H

#include <stddef.h>

/* What is the same for all elements of a step, rounded to fp32 once, as torch does. */
struct adamw { float scale, decay, one_minus_beta1, beta2, one_minus_beta2, step_size, root, over_root, epsilon; };

/* Gradients g [n] move the moments m and v and the weights w; meanwhile what lies so far ahead, ADAMW_AHEAD where that is what
 * follows, comes to the first-level cache. */
enum { ADAMW_AHEAD = 256 };
void adamw_update(const struct adamw *s, size_t n, size_t ahead, const float *g, float *m, float *v, float *w);
/* w [n] *= by[0], *= by[1] .. *= by[steps - 1], each rounded: all that AdamW leaves where gradient and moments are zero. */
void adamw_decay(size_t steps, const float *by, size_t n, float *w);
/* Squares summed in double: LANES sums, each over every so many elements, then one fixed tree. */
double adamw_squares(size_t n, const float *x);

#endif
