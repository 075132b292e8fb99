/* engine_private: what the engine's files share. Dimensions: see model/config.h. */
#ifndef TAGPIPE_BERT_ENGINE_PRIVATE_H
#define TAGPIPE_BERT_ENGINE_PRIVATE_H

#include "base/file.h"
#include "bert/attention.h"
#include "bert/engine.h"
#include "gemm/gemm.h"
#include "gemm/gemm_int8.h"

/* A Linear's offsets in the parameters: W [out,in] and bias [out]; where the weights are fixed, W as the products take it. */
struct bert_linear {
    const char *name;
    size_t in, out, weight, bias;
    struct gemm_packed *packed;
    struct gemm_int8_packed *int8;
};
/* A LayerNorm's offsets, [columns] each. */
struct bert_norm {
    size_t gamma, beta, columns;
};

struct bert_layer {
    struct bert_linear qkv, attention_out, intermediate, out; /* qkv: [3H,H] */
    struct bert_norm attention_norm, out_norm;
};

/* What the backward pass needs of one layer; in tagging all layers share one. */
struct bert_activations {
    float *qkv;           /* [N,3H] */
    float *context;       /* [N,H] */
    float *xhat1;         /* [N,H] LayerNorm after attention: its normalised sum, before gamma and beta */
    float *pre;           /* [N,I] before the activation, bias added */
    float *xhat2;         /* [N,H] the same of the layer's last LayerNorm */
    float *rstd1, *rstd2; /* [N] */
};

struct bert {
    const struct config *config;
    const struct params *params;
    const float *weights;
    enum precision precision;
    enum activation activation;
    const struct loss_rule *loss_rule;
    struct bert_deferral deferral; /* is_deferred NULL: there is none */
    const float *words;            /* [V,E] */
    float *own;                    /* NULL, or a fixed model's weights that are neither packed nor words */
    struct mapping packed_file;    /* where the layers' matrices lie, if in a file (packed.h) */
    size_t word, position, type;   /* offsets of the embeddings; type SIZE_MAX: the model has none */
    struct bert_norm embedding_norm;
    struct bert_linear projection; /* from E to H; out 0: there is none */
    struct bert_layer *layer;
    struct bert_linear classifier;

    size_t room;                               /* pieces that the buffers below hold */
    bool keeps_layers;                         /* one struct bert_activations a layer: for training */
    struct bert_activations *saved;            /* [L] or [1] */
    float *embedding_xhat, *embedding_rstd;    /* [N,E], [N] */
    float *embedded, *d_embedded;              /* [N,E] before the projection, and its gradient; NULL without one */
    float *x, *y1;                             /* [N,H] a layer's input or output; LayerNorm's output after attention */
    float *sum;                                /* [N,H] before a LayerNorm; backward: the gradient of what had the dropout */
    size_t ld_hidden;                          /* leading dimension of `hidden` and `d_hidden` */
    float *hidden;                             /* [N,I] the activation's output */
    float *logits;                             /* [N,C] */
    float *d_hidden, *d_x, *d_qkv, *d_context; /* [N,I] [N,H] [N,3H] [N,H] */
    double *squares;                           /* [parameters] see bert_squares */
    bool *touched;                             /* [V] see bert_touched; the same as a list: */
    int32_t *touched_list;
    size_t n_touched, touched_room;
};

/* The classifier is always computed in fp32: its few columns cost nothing and decide everything. So is the projection. */
static inline enum precision bert_precision(const struct bert *b, const struct bert_linear *l)
{
    return l == &b->classifier || l == &b->projection ? PRECISION_FP32 : b->precision;
}

static inline struct gemm_matrix bert_weight(const struct bert *b, const struct bert_linear *l)
{
    return gemm_matrix(b->weights + l->weight, l->out, l->in, l->in);
}

enum bert_dropout_site { SITE_EMBEDDINGS, SITE_CLASSIFIER, SITE_ATTENTION, SITE_ATTENTION_OUT, SITE_OUT, SITES_A_LAYER = 3 };
static inline uint32_t bert_dropout_site(enum bert_dropout_site site, size_t layer)
{
    return (uint32_t)site + SITES_A_LAYER * (uint32_t)layer;
}

/* forward.c: the forward pass up to the logits; with dropout only for training. The caller has called bert_reserve. */
void bert_run(struct bert *bert, const struct bert_batch *batch, const struct bert_dropout *dropout, float *logits);

/* forward.c: the first layer's input in b->x, from b->embedded. */
void bert_project(struct bert *bert, size_t n_pieces);

/* groups.c: all layers of a fixed model, from b->x to b->x, with the same bits. Returns false and does nothing if the weights are
 * not packed, or if the pieces are so few that all threads had better share each product. */
bool bert_groups(const struct bert *bert, const struct bert_batch *batch);

/* blocks.c: one layer of a fixed model, for sentences that follow one another in b->x. On all threads; inside a parallel
 * region on the calling one. */
void bert_layer_in_blocks(const struct bert *bert, const struct bert_layer *layer, const struct bert_batch *batch);
enum { BERT_TILE_ROWS = 12 };                           /* of the widest kernel: fewer rows leave much of it idle */
size_t bert_block_rows(const struct bert_layer *layer); /* rows that a thread takes at a time */

/* engine.c: of a fixed model all but the words and the matrices of its layers; and these, the matrices in memory of their own. */
struct bert_source {
    const float *(*values)(void *source, const struct parameter *p);
    void *data;
};
struct bert *bert_new_bare(const struct config *config, const struct params *params, enum precision precision,
                           const struct bert_source *from);
void bert_pack(struct bert *bert, const struct bert_source *from);
void bert_free_matrices(struct bert *bert);

static inline const struct parameter *bert_words(const struct bert *b)
{
    return &b->params->parameter[params_at(b->params, b->word)];
}

/* Matrix i of all layers, one layer after the other. */
enum { BERT_LAYER_MATRICES = 4 };
static inline size_t bert_n_matrices(const struct bert *b)
{
    return b->config->num_hidden_layers * BERT_LAYER_MATRICES;
}
struct bert_linear *bert_matrix(const struct bert *bert, size_t i);

/* engine.c: make room for batches of n_pieces. */
void bert_reserve(struct bert *bert, size_t n_pieces, bool training);
/* The attention of one layer. */
struct attention bert_attention(const struct bert *bert, const struct bert_batch *batch, size_t layer, const float *qkv,
                                const struct bert_dropout *dropout);

#endif
