/* activation: the functions between the two linear layers of a feed-forward block. */
#ifndef TAGPIPE_MATH_ACTIVATION_H
#define TAGPIPE_MATH_ACTIVATION_H

/* ACTIVATION_GELU_POLYNOMIAL: gelu without an exponential, for values that are rounded to bf16 or 8 bits next
 * (ops_activation.c). */
enum activation { ACTIVATION_GELU, ACTIVATION_GELU_NEW, ACTIVATION_RELU, ACTIVATION_GELU_POLYNOMIAL, N_ACTIVATIONS };

#endif
