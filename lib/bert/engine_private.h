/* bert_private: what the bert_*.c share. Dimensions: see model.h. */
#ifndef TAGPIPE_BERT_ENGINE_PRIVATE_H
#define TAGPIPE_BERT_ENGINE_PRIVATE_H

#include "bert/engine.h"
#include "gemm/gemm.h"
#include "gemm/gemm_int8.h"

/* A linear layer's place in the parameters, W [out,in] and bias [out]; `packed` or `int8` if the weights are fixed. */
struct linear { const char *name; size_t in, out, weight, bias; struct gemm_packed *packed; struct gemm_int8_packed *int8; };
struct norm { size_t gamma, beta; };

struct layer {
    struct linear qkv, attention_out, intermediate, out;    /* qkv: [3H,H] */
    struct norm attention_norm, out_norm;
};

/* What the backward pass needs of one layer; in tagging all layers share one. */
struct activations {
    float *qkv;             /* [N,3H] */
    float *context;         /* [N,H] */
    float *xhat1;         /* [N,H] normalised sum after attention, before gamma and beta */
    float *pre;             /* [N,I] before the activation, bias added */
    float *xhat2;         /* [N,H] the same at the layer's end */
    float *rstd1, *rstd2;   /* [N] */
};

struct bert {
    const struct config *config;
    const struct params *params;
    const float *weights;
    enum precision precision;
    enum activation activation;
    const struct loss_rule *loss_rule;
    struct bert_deferral deferral;          /* is_deferred NULL: there is none */
    const float *words;                     /* [V,H] */
    float *own;                             /* the weights of a fixed model but for what is packed, and the words */
    size_t word, position, type;            /* embeddings */
    struct norm embedding_norm;
    struct layer *layer;
    struct linear classifier;

    size_t room;                            /* pieces that the buffers below hold */
    bool keeps_layers;                      /* one struct activations a layer: for training */
    struct activations *saved;              /* [L] or [1] */
    float *embedding_xhat, *embedding_rstd;               /* [N,H], [N] */
    float *x, *y1;                          /* [N,H] a layer's input or output; between attention and intermediate */
    float *sum;                             /* [N,H] before a LayerNorm; backward: its gradient behind the dropout */
    size_t ld_hidden;                       /* leading dimension of `hidden` and `d_hidden` */
    float *hidden;                          /* [N,I] the activation's output */
    float *logits;                          /* [N,C] */
    float *d_hidden, *d_x, *d_qkv, *d_context;              /* [N,I] [N,H] [N,3H] [N,H] */
    double *squares;                        /* [parameters] see bert_squares */
    bool *touched;                          /* [V] */
    int32_t *touched_list; size_t n_touched, touched_room;
};

/* The classifier's few columns cost nothing and decide everything: they are always computed in fp32. */
static inline enum precision bert_precision(const struct bert *b, const struct linear *l)
{
    return l == &b->classifier ? PRECISION_FP32 : b->precision;
}

static inline struct gemm_matrix bert_weight(const struct bert *b, const struct linear *l)
{
    return gemm_matrix(b->weights + l->weight, l->out, l->in, l->in);
}

enum dropout_site { SITE_EMBEDDINGS, SITE_CLASSIFIER, SITE_ATTENTION, SITE_ATTENTION_OUT, SITE_OUT, SITES_A_LAYER = 3 };
static inline uint32_t dropout_site(enum dropout_site site, size_t layer)
{
    return (uint32_t)site + SITES_A_LAYER * (uint32_t)layer;
}

/* The forward pass up to the logits; with dropout only for training. `saved` must have room for the batch. */
void bert_run(struct bert *bert, const struct packed_batch *batch, const struct dropout *dropout, float *logits);
/* The layers of it where the weights are packed, from b->x to b->x, with the same bits. False, and nothing done, where they are
 * not, or where pieces are so few that the threads had better share each product. */
bool bert_groups(const struct bert *bert, const struct packed_batch *batch);
/* One of these layers, for sentences of the batch that lie together in b->x. On all threads, or inside a parallel region on one. */
void bert_layer_in_blocks(const struct bert *bert, const struct layer *layer, const struct packed_batch *batch);
enum { TILE_ROWS = 12 };                                    /* of the widest kernel: fewer rows leave much of it idle */
size_t bert_block_rows(const struct layer *layer);         /* that a thread takes at a time */
double attention_pairs(const struct packed_batch *batch);
void bert_reserve(struct bert *bert, size_t n_pieces, bool training);

/* Multi-head attention over packed rows. Forward: context [N,H] from qkv [N,3H]. Backward: d_qkv from d_context. */
struct attention {
    size_t heads, head_size, n_sentences;
    const size_t *start;
    const float *qkv;
    const struct dropout *dropout; float p; uint32_t site;  /* dropout NULL or off: none */
};
void attention_forward(const struct attention *a, float *context);
void attention_backward(const struct attention *a, const float *d_context, float *d_qkv);

#endif
