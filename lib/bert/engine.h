/* bert: BertForTokenClassification, forward and backward, fp32, packed without padding (transformers' modeling_bert). */
#ifndef TAGPIPE_BERT_ENGINE_H
#define TAGPIPE_BERT_ENGINE_H

#include "math/loss.h"
#include "model/params.h"
#include "gemm/precision.h"

/* Sentences laid end to end: sentence b has the pieces start[b] .. start[b + 1) of N = start[n_sentences]. */
struct packed_batch {
    size_t n_sentences;
    const size_t *start;             /* [B+1] */
    const int32_t *input_ids;        /* [N], each in [0, V) */
    const int32_t *labels;           /* [N], each in [0, C) or -100; NULL for tagging */
};

/* The engine's working memory for one model; `weights` [params->n_floats] belongs to the caller and may change between
 * calls (training). */
struct bert *bert_new(const struct config *config, const struct params *params, enum precision precision,
                      const float *weights);
/* For tagging only: matrices are brought once into the order of the products. values(source, p) says where a parameter's
 * p->size floats lie; they must stay there until bert_free. */
struct bert *bert_new_fixed(const struct config *config, const struct params *params, enum precision precision,
                            const float *(*values)(void *source, const struct parameter *p), void *source);
void bert_free(struct bert *bert);

/* logits [N,C]. Bits do not depend on the thread count or on which sentences share the batch. */
void bert_forward(struct bert *bert, const struct packed_batch *batch, float *logits);

/* Where the dropout masks come from: a pure function of seed and step; `step` counts batches, not optimiser steps. */
struct dropout { bool on; uint64_t seed, step; };

/* Smoothing and class weights of the loss from now on; the rule must stay. NULL: none. */
void bert_set_loss(struct bert *bert, const struct loss_rule *rule);

/* Updates of weights that whoever trains has deferred until a product reads them. Places are floats in the weights, as in struct
 * parameter; struct gemm_update (gemm.h) says how `apply` is called and what `beside` is good for. */
struct bert_deferral {
    void *data;                             /* for the functions */
    bool (*is_deferred)(void *data, size_t first, size_t n);        /* any float of [first, first + n) */
    void (*apply)(void *data, size_t first, size_t rows, size_t stride, size_t n);
    void (*applied)(void *data, size_t first, size_t n);            /* to all of [first, first + n) */
    const float *beside[3];                 /* [params->n_floats] each: `apply` reads them at the same places */
};
void bert_set_deferral(struct bert *bert, const struct bert_deferral *deferral);
/* The parameters [params->n_parameters] that may be deferred: the encoder's matrices. All others must be up to date when
 * bert_train is called. */
void bert_deferrable(const struct bert *bert, bool *parameters);

/* Forward with dropout, loss, and backward: gradients [params->n_floats] += d(sum of cross-entropy)/d(weights), or = if not
 * `add` (then the array must have been zero, or the last call's for this `bert`). The caller divides by the weight of the
 * labelled pieces of the whole step. Tensors with frozen[i] (per params->parameter; NULL: none) get none: theirs stay as they are. */
struct loss bert_train(struct bert *bert, const struct packed_batch *batch, const struct dropout *dropout,
                       const bool *frozen, bool add, float *gradients);

/* Of each parameter [params->n_parameters] the sum of the squares of its gradient as bert_train left it, where writing the
 * gradient gave it; else negative. */
const double *bert_squares(const struct bert *bert);
/* Whether a row of the word embeddings [V] got a gradient since the last call without `add`. */
const bool *bert_touched(const struct bert *bert);

#endif
