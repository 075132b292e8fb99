/* params: where each trainable tensor lies in the array of all. */
#ifndef TAGPIPE_MODEL_PARAMS_H
#define TAGPIPE_MODEL_PARAMS_H

#include "model/config.h"

/* One trainable tensor. */
struct parameter {
    char *name; /* "bert.encoder.layer.0.attention.self.query.weight" */
    enum arch_module module;
    size_t layer;
    bool is_bias;         /* what it is; layer is 0 outside the layers */
    size_t rows, columns; /* [rows, columns]; a vector has rows 1 */
    bool is_vector;       /* a bias, or a LayerNorm's: AdamW does not decay these */
    size_t offset, size;  /* in floats, into weights, gradients and moments alike */
};

/* All parameters lie in one array of floats. Weights, gradients and both moments have the same layout. The weights of query, key
 * and value of a layer follow one another, and so do their biases: a fused product [3H,H] can run over them. */
struct params {
    const struct arch *arch;
    size_t n_parameters;
    struct parameter *parameter; /* by offset */
    size_t n_floats;
};
struct params *params_new(const struct config *config);
void params_free(struct params *params);

/* Zeros [n_floats] for gradients or moments. Rows of words that nobody writes to take no memory. */
float *params_zeros(const struct params *params);

const struct parameter *params_find(const struct params *params, const char *name); /* NULL: none */
/* The weight or the bias of a module, which must have one. */
const struct parameter *params_of(const struct params *params, enum arch_module module, size_t layer, bool is_bias);
bool params_has(const struct params *params, enum arch_module module);
/* The number of the parameter that holds the float at `offset`, or is the last before it. */
size_t params_at(const struct params *params, size_t offset);

#endif
