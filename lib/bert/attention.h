/* attention: multi-head scaled dot-product attention (Vaswani et al., "Attention is all you need", 2017) over packed rows. */
#ifndef TAGPIPE_BERT_ATTENTION_H
#define TAGPIPE_BERT_ATTENTION_H

#include "bert/engine.h"

struct attention {
    size_t heads, head_size; /* A, D */
    size_t n_sentences;
    const size_t *start; /* as in struct bert_batch */
    const float *qkv;    /* [N,3H]: query, key and value of a piece side by side, each [A,D] */
    const struct bert_dropout *dropout;
    float p;
    uint32_t site; /* of the probabilities; dropout NULL or off: none */
};

/* context [N,H]. On all threads; inside a parallel region on the calling one. */
void attention_forward(const struct attention *a, float *context);
/* d_qkv [N,3H] from d_context [N,H]; the probabilities are computed again, with the same dropout masks. */
void attention_backward(const struct attention *a, const float *d_context, float *d_qkv);
/* The scores of one head: the sum of T * T over all sentences. */
double attention_pairs(const struct bert_batch *batch);

#endif
