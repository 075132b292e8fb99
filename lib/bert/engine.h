/* engine: BertForTokenClassification (transformers' modeling_bert), forward and backward, in fp32, over pieces packed without
 * padding. Dimensions: see model/config.h. */
#ifndef TAGPIPE_BERT_ENGINE_H
#define TAGPIPE_BERT_ENGINE_H

#include "math/loss.h"
#include "model/params.h"
#include "gemm/precision.h"

/* Sentences one after another: sentence b has the pieces start[b] .. start[b + 1) of N = start[n_sentences]. */
struct bert_batch {
    size_t n_sentences;
    const size_t *start;      /* [B+1] */
    const int32_t *input_ids; /* [N], each in [0, V) */
    const int32_t *labels;    /* [N], each in [0, C), or negative: no label; NULL for tagging */
};

/* The engine's working memory for one model. `weights` [params->n_floats] belongs to the caller, who may change them between
 * calls (training). */
struct bert *bert_new(const struct config *config, const struct params *params, enum precision precision, const float *weights);
/* For tagging only: matrices are packed once for the products. values(source, p) says where a parameter's p->size floats lie;
 * they must stay there until bert_free. */
struct bert *bert_new_fixed(const struct config *config, const struct params *params, enum precision precision,
                            const float *(*values)(void *source, const struct parameter *p), void *source);
void bert_free(struct bert *bert);

/* logits [N,C]. Bits do not depend on the thread count or on which sentences share the batch. */
void bert_forward(struct bert *bert, const struct bert_batch *batch, float *logits);

/* The dropout masks are a pure function of seed and step (ops_dropout_mask); `step` counts batches, not steps of the
 * optimiser. */
struct bert_dropout {
    bool on;
    uint64_t seed, step;
};

/* Smoothing and class weights of the loss from now on; NULL: none. The rule belongs to the caller and must stay. */
void bert_set_loss(struct bert *bert, const struct loss_rule *rule);

/* Updates of weights that the optimiser has deferred until a product reads them. [first, first + n) are floats of the weights, as
 * in struct parameter. struct gemm_update (gemm.h) says how `apply` is called and what `beside` is for. */
struct bert_deferral {
    void *data;                                              /* for the functions */
    bool (*is_deferred)(void *data, size_t first, size_t n); /* any float of [first, first + n) */
    void (*apply)(void *data, size_t first, size_t rows, size_t stride, size_t n);
    void (*applied)(void *data, size_t first, size_t n); /* to all of [first, first + n) */
    const float *beside[3];                              /* [params->n_floats] each: `apply` reads them at the same places */
};
void bert_set_deferral(struct bert *bert, const struct bert_deferral *deferral);
/* The parameters [params->n_parameters] that may be deferred: the encoder's matrices. All others must be up to date when
 * bert_train is called. */
void bert_deferrable(const struct bert *bert, bool *parameters);

/* Forward with dropout, loss, and backward: gradients [params->n_floats] += d(sum of cross-entropy)/d(weights) if `add`, else =.
 * Without `add` the array must be zero, or the one that the last call for this `bert` wrote: only rows of words that were touched
 * are cleared. The caller divides by the weight of the labelled pieces of the whole step. frozen [params->n_parameters], NULL:
 * none: gradients of frozen parameters stay as they are. If the loss is not finite, all of them stay as they are. */
struct loss bert_train(struct bert *bert, const struct bert_batch *batch, const struct bert_dropout *dropout, const bool *frozen,
                       bool add, float *gradients);

/* For each parameter [params->n_parameters] the sum of the squares of its gradient after bert_train, where that was known when
 * the gradient was written; else negative. Of query, key and value the first may stand for all three. */
const double *bert_squares(const struct bert *bert);
/* [V] Whether a row of the word embeddings has got a gradient since the last call without `add`. */
const bool *bert_touched(const struct bert *bert);

#endif
