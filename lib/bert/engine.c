/* engine: its memory, its parameters, fixed weights. */
#include <stdlib.h>
#include <string.h>

#include "bert/engine_private.h"
#include "base/memory.h"

static struct bert_linear linear_of(const struct params *params, enum arch_module module, size_t layer, const char *name,
                                    size_t out, size_t in)
{
    return (struct bert_linear){.name = name,
                                .in = in,
                                .out = out,
                                .weight = params_of(params, module, layer, false)->offset,
                                .bias = params_of(params, module, layer, true)->offset};
}

static struct bert_norm norm_of(const struct params *params, enum arch_module module, size_t layer)
{
    const struct parameter *gamma = params_of(params, module, layer, false), *beta = params_of(params, module, layer, true);
    return (struct bert_norm){gamma->offset, beta->offset, gamma->columns};
}

static struct bert_layer layer_of(const struct params *params, const struct config *c, size_t layer)
{
    size_t h = c->hidden_size, i = c->intermediate_size;
    return (struct bert_layer){
        .qkv = linear_of(params, ARCH_QUERY, layer, "query, key, value", 3 * h, h), /* key and value follow */
        .attention_out = linear_of(params, ARCH_ATTENTION_OUT, layer, "attention output", h, h),
        .attention_norm = norm_of(params, ARCH_ATTENTION_NORM, layer),
        .intermediate = linear_of(params, ARCH_INTERMEDIATE, layer, "intermediate", i, h),
        .out = linear_of(params, ARCH_OUT, layer, "output", h, i),
        .out_norm = norm_of(params, ARCH_OUT_NORM, layer),
    };
}

struct bert *bert_new(const struct config *config, const struct params *params, enum precision precision, const float *weights)
{
    struct bert *b = xcalloc(1, sizeof *b);
    *b = (struct bert){.config = config, .params = params, .precision = precision, .weights = weights};
    bool rounds = precision == PRECISION_BF16 || precision == PRECISION_INT8;
    b->activation = rounds && config->hidden_act == ACTIVATION_GELU ? ACTIVATION_GELU_POLYNOMIAL : config->hidden_act;
    b->word = params_of(params, ARCH_WORDS, 0, false)->offset;
    b->position = params_of(params, ARCH_POSITIONS, 0, false)->offset;
    b->type = params_has(params, ARCH_TYPES) ? params_of(params, ARCH_TYPES, 0, false)->offset : SIZE_MAX;
    b->words = weights + b->word;
    b->embedding_norm = norm_of(params, ARCH_EMBEDDINGS_NORM, 0);
    if (params_has(params, ARCH_PROJECTION))
        b->projection =
            linear_of(params, ARCH_PROJECTION, 0, "embedding projection", config->hidden_size, config->embedding_size);
    b->classifier = linear_of(params, ARCH_CLASSIFIER, 0, "classifier", config->num_labels, config->hidden_size);
    b->layer = xcalloc(config->num_hidden_layers, sizeof *b->layer);
    for (size_t i = 0; i < config->num_hidden_layers; i++)
        b->layer[i] = layer_of(params, config, i);
    b->touched = xcalloc(config->vocab_size, sizeof *b->touched);
    b->squares = xmalloc(params->n_parameters, sizeof *b->squares);
    for (size_t i = 0; i < params->n_parameters; i++)
        b->squares[i] = -1;
    return b;
}

struct bert_linear *bert_matrix(const struct bert *b, size_t i)
{
    struct bert_layer *l = &b->layer[i / BERT_LAYER_MATRICES];
    struct bert_linear *const all[BERT_LAYER_MATRICES] = {&l->qkv, &l->attention_out, &l->intermediate, &l->out};
    return all[i % BERT_LAYER_MATRICES];
}

/* In 8 bits: from the rows where they lie, without a copy of the matrix. */
static void pack_int8(const struct bert *b, struct bert_linear *l, const struct bert_source *from)
{
    const float **row = xmalloc(l->out, sizeof *row);
    const struct parameter *p = &b->params->parameter[params_at(b->params, l->weight)];
    for (size_t done = 0; done < l->out; done += p++->rows) {
        const float *values = from->values(from->data, p);
        for (size_t i = 0; i < p->rows; i++)
            row[done + i] = values + i * l->in;
    }
    l->int8 = gemm_int8_pack(l->out, l->in, row);
    free(row);
}

/* Several parameters (query, key, value) may make one matrix. */
static void pack(const struct bert *b, enum precision precision, struct bert_linear *l, const struct bert_source *from)
{
    const struct parameter *p = &b->params->parameter[params_at(b->params, l->weight)];
    if (precision == PRECISION_INT8) {
        pack_int8(b, l, from);
        return;
    }
    if (p->rows == l->out) {
        l->packed = gemm_pack(precision, gemm_matrix(from->values(from->data, p), l->out, l->in, l->in));
        return;
    }
    float *whole = xmalloc(l->out, l->in * sizeof *whole);
    for (size_t row = 0; row < l->out; row += p++->rows)
        memcpy(whole + row * l->in, from->values(from->data, p), p->size * sizeof *whole);
    l->packed = gemm_pack(precision, gemm_matrix(whole, l->out, l->in, l->in));
    free(whole);
}

struct bert *bert_new_bare(const struct config *config, const struct params *params, enum precision precision,
                           const struct bert_source *from)
{
    float *own = memory_sparse(params->n_floats, 0, params->n_floats);
    struct bert *b = bert_new(config, params, precision, own);
    b->own = own;
    for (size_t i = 0; i < params->n_parameters; i++) {
        const struct parameter *p = &params->parameter[i];
        if (p->is_vector || p->offset == b->position || p->offset == b->type)
            memcpy(own + p->offset, from->values(from->data, p), p->size * sizeof *own);
    }
    if (b->projection.out)
        pack(b, PRECISION_FP32, &b->projection, from);
    pack(b, PRECISION_FP32, &b->classifier, from);
    return b;
}

void bert_pack(struct bert *b, const struct bert_source *from)
{
    b->words = from->values(from->data, bert_words(b));
    for (size_t i = 0; i < bert_n_matrices(b); i++)
        pack(b, b->precision, bert_matrix(b, i), from);
}

void bert_free_matrices(struct bert *b)
{
    for (size_t i = 0; i < bert_n_matrices(b); i++) {
        struct bert_linear *l = bert_matrix(b, i);
        gemm_packed_free(l->packed);
        gemm_int8_free(l->int8);
        l->packed = NULL;
        l->int8 = NULL;
    }
}

struct bert *bert_new_fixed(const struct config *config, const struct params *params, enum precision precision,
                            const float *(*values)(void *source, const struct parameter *p), void *source)
{
    struct bert_source from = {values, source};
    struct bert *b = bert_new_bare(config, params, precision, &from);
    bert_pack(b, &from);
    return b;
}

static void free_buffers(struct bert *b)
{
    size_t n = b->keeps_layers ? b->config->num_hidden_layers : 1;
    for (size_t i = 0; b->saved && i < n; i++) {
        struct bert_activations *a = &b->saved[i];
        float *const all[] = {a->qkv, a->context, a->xhat1, a->pre, a->xhat2, a->rstd1, a->rstd2};
        for (size_t k = 0; k < sizeof all / sizeof *all; k++)
            free(all[k]);
    }
    free(b->saved);
    float *const all[] = {b->embedding_xhat, b->embedding_rstd, b->embedded, b->d_embedded, b->x,     b->y1,       b->sum,
                          b->hidden,         b->logits,         b->d_hidden, b->d_x,        b->d_qkv, b->d_context};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        free(all[k]);
    b->saved = NULL;
}

static float *matrix(size_t rows, size_t columns)
{
    return memory_floats(rows * columns, false);
}

void bert_reserve(struct bert *b, size_t n, bool training)
{
    if (n <= b->room && b->saved && (b->keeps_layers || !training))
        return;
    training = training || (b->saved && b->keeps_layers);
    free_buffers(b);
    n = n + n / 8; /* longer batches will come: do not allocate anew for each */
    size_t h = b->config->hidden_size, i = b->config->intermediate_size, e = b->config->embedding_size;
    size_t layers = training ? b->config->num_hidden_layers : 1;
    b->keeps_layers = training;
    b->room = n;
    b->saved = xcalloc(layers, sizeof *b->saved);
    for (size_t k = 0; k < layers; k++)
        b->saved[k] = (struct bert_activations){
            .qkv = matrix(n, 3 * h),
            .context = matrix(n, h),
            .pre = matrix(n, b->precision == PRECISION_INT8 ? 0 : i),
            .xhat1 = training ? matrix(n, h) : NULL,
            .xhat2 = training ? matrix(n, h) : NULL,
            .rstd1 = training ? matrix(n, 1) : NULL,
            .rstd2 = training ? matrix(n, 1) : NULL,
        };
    b->x = matrix(n, h);
    b->y1 = matrix(n, h);
    b->sum = matrix(n, e > h ? e : h);
    b->embedded = b->projection.out ? matrix(n, e) : NULL;
    b->d_embedded = b->projection.out && training ? matrix(n, e) : NULL;
    b->embedding_xhat = training ? matrix(n, e) : NULL;
    b->embedding_rstd = training ? matrix(n, 1) : NULL;
    b->ld_hidden = gemm_ld(i);
    b->hidden = training ? matrix(n, b->ld_hidden) : NULL;
    b->logits = training ? matrix(n, b->config->num_labels) : NULL;
    b->d_hidden = training ? matrix(n, b->ld_hidden) : NULL;
    b->d_x = training ? matrix(n, h) : NULL;
    b->d_qkv = training ? matrix(n, 3 * h) : NULL;
    b->d_context = training ? matrix(n, h) : NULL;
}

struct attention bert_attention(const struct bert *b, const struct bert_batch *batch, size_t layer, const float *qkv,
                                const struct bert_dropout *dropout)
{
    size_t heads = b->config->num_attention_heads;
    return (struct attention){
        .heads = heads,
        .head_size = b->config->hidden_size / heads,
        .n_sentences = batch->n_sentences,
        .start = batch->start,
        .qkv = qkv,
        .dropout = dropout,
        .p = (float)b->config->attention_probs_dropout_prob,
        .site = bert_dropout_site(SITE_ATTENTION, layer),
    };
}

void bert_set_deferral(struct bert *b, const struct bert_deferral *deferral)
{
    b->deferral = *deferral;
}

void bert_deferrable(const struct bert *b, bool *parameters)
{
    for (size_t i = 0; i < b->params->n_parameters; i++) {
        const struct parameter *p = &b->params->parameter[i];
        parameters[i] = arch_is_in_layer(p->module) && !p->is_vector;
    }
}

const double *bert_squares(const struct bert *b)
{
    return b->squares;
}

const bool *bert_touched(const struct bert *b)
{
    return b->touched;
}

void bert_free(struct bert *b)
{
    if (!b)
        return;
    free_buffers(b);
    bert_free_matrices(b);
    file_unmap(b->packed_file);
    gemm_packed_free(b->projection.packed);
    gemm_packed_free(b->classifier.packed);
    free(b->layer);
    free(b->squares);
    free(b->touched);
    free(b->touched_list);
    free(b->own);
    free(b);
}
