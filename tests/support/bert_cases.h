/* bert_cases: small models and sentences by formula, as tests/golden/bert.py makes them, with what torch computes. */
#ifndef BERT_CASES_H
#define BERT_CASES_H

#include "bert/engine.h"
#include "model/safetensors.h"

struct bert_case {
    struct config *config;
    struct params *params;
    float *weights;          /* [layout->n_floats] */
    struct bert_batch batch; /* with labels */
    size_t n_pieces;
    struct tensors *golden; /* logits, loss, gradient.NAME */
};

/* tests/golden/bert/NAME.{json,safetensors}; found from the repository's root. */
struct bert_case bert_case_load(const char *name);
void bert_case_free(struct bert_case *c);
/* A tensor of the golden file as floats; caller frees. */
float *golden_floats(const struct bert_case *c, const char *name, size_t *n);

/* n numbers in [-1/2, 1/2), multiples of 2^-24, a pure function of `name`. */
void formula_uniform(const char *name, size_t n, float *out);
/* Weights of a model by that formula: matrices `spread` wide, vectors 1/2 (gamma around 1), embeddings 2. */
void formula_fill(const struct params *params, float spread, float *weights);

/* The greatest |a - b| and the greatest |a|; a NaN if there is one. */
double furthest(const float *a, const float *b, size_t n);
double largest(const float *a, size_t n);

#endif
