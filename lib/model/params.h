/* params: where each trainable tensor lies in the array of all. */
#ifndef TAGPIPE_MODEL_PARAMS_H
#define TAGPIPE_MODEL_PARAMS_H

#include "model/config.h"

/* One trainable tensor of the architecture, in the order of the parameter array. */
struct parameter {
    char *name;                  /* "bert.encoder.layer.0.attention.self.query.weight" */
    size_t rows, columns;        /* [rows, columns]; a vector has rows 1 */
    bool is_vector;
    size_t offset, size;         /* in floats, into weights, gradients and moments alike */
};

/* All parameters lie in one array of floats, with one layout for weights, gradients and both moments. query, key and value
 * of a layer follow one another, weights and biases each, so that a fused [3H,H] product can run over them. */
struct params {
    size_t n_parameters; struct parameter *parameter;
    size_t n_floats;
};
struct params *params_new(const struct bert_config *config);
const struct parameter *params_find(const struct params *params, const char *name);      /* NULL: none */
/* The number of the parameter that holds the float at `offset`, or is the last before it. */
size_t params_at(const struct params *params, size_t offset);
void params_free(struct params *params);

#endif
