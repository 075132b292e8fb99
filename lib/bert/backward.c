/* backward: gradients of the summed cross-entropy. Each element of a gradient is one sum in a fixed order, on whichever thread
 * it is computed. Outputs of LayerNorms and dropouts are not kept from the forward pass but computed again, from xhat and from
 * the masks' seed, with the same bits. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "bert/engine_private.h"
#include "math/ops.h"
#include "base/profile.h"

struct backward {
    struct bert *b;
    const struct bert_batch *batch;
    const struct bert_dropout *dropout;
    const bool *frozen; /* per parameter; NULL: none */
    bool add;
    float *gradients;
    size_t n; /* pieces */
};

/* The gradient of a bias or of gamma sums columns over all rows; threads share the columns. Each takes as many neighbours as it
 * can: a row's part is then long enough to be fetched ahead. */
static size_t columns_a_job(size_t columns)
{
    enum { LEAST = 64 };
    size_t threads = (size_t)omp_get_max_threads();
    return round_up((columns + threads - 1) / threads, LEAST);
}

static bool is_frozen(const struct backward *w, size_t offset)
{
    return w->frozen && w->frozen[params_at(w->b->params, offset)];
}

/* The gradient of the bias at `offset`: the sum of d's rows [N,columns]; with xhat (not NULL) that of a LayerNorm's gamma: the
 * sum of d * xhat. All threads of a parallel region call it; they do not wait for one another. */
static void sum_columns(const struct backward *w, size_t columns, const float *d, size_t ldd, const float *xhat, size_t offset)
{
    float *sum = w->gradients + offset;
    size_t job = columns_a_job(columns);
    if (is_frozen(w, offset))
        return;
#pragma omp for schedule(static) nowait
    for (size_t from = 0; from < columns; from += job) {
        size_t to = columns - from < job ? columns : from + job;
        if (!w->add)
            memset(sum + from, 0, (to - from) * sizeof *sum);
        if (xhat)
            ops_sum_columns_product(w->n, from, to, d, xhat, ldd, sum);
        else
            ops_sum_columns(w->n, from, to, d, ldd, sum);
    }
}

/* dW [out,in] = d^T x for d [N,out] and x [N,in], and db of a layer that is trained as a whole or not at all. */
static void weight_gradients(const struct backward *w, const struct bert_linear *l, struct gemm_matrix d, struct gemm_matrix x)
{
    if (!is_frozen(w, l->weight)) {
        size_t first = params_at(w->b->params, l->weight), end = params_at(w->b->params, l->bias);
        for (size_t i = first; i < end; i++) /* query, key and value are three parameters */
            w->b->squares[i] = 0;
        w->b->squares[first] =
            gemm_gradient(bert_precision(w->b, l), d, x, (struct gemm_result){w->gradients + l->weight, l->in, w->add});
    }
    profile_lap(l->name, "dW", 2 * (double)w->n * (double)l->in * (double)l->out, 0);
#pragma omp parallel
    sum_columns(w, l->out, d.data, d.ld, NULL, l->bias);
    profile_lap("bias", "backward", 0, 4.0 * (double)w->n * (double)l->out);
}

/* dx [N,in] = d W, or += it. */
static void input_gradient(const struct backward *w, const struct bert_linear *l, struct gemm_matrix d, struct gemm_result dx)
{
    gemm_parallel(bert_precision(w->b, l), d, bert_weight(w->b, l), dx);
    profile_lap(l->name, "dX", 2 * (double)w->n * (double)l->in * (double)l->out, 0);
}

static void linear_backward(const struct backward *w, const struct bert_linear *l, struct gemm_matrix d, const float *x,
                            bool add_dx, float *dx)
{
    weight_gradients(w, l, d, gemm_matrix(x, w->n, l->in, l->in));
    input_gradient(w, l, d, (struct gemm_result){dx, l->in, add_dx});
}

/* A dropout of the forward pass: its probability, its place, the columns of a row. */
struct backward_dropout {
    float p;
    uint32_t site;
    size_t columns;
};

static struct backward_dropout dropout_at(double p, uint32_t site, size_t columns)
{
    return (struct backward_dropout){(float)p, site, columns};
}

/* to [columns] = from * mask of row i; `to` may be `from`. */
static void drop_row(const struct backward *w, struct backward_dropout drop, size_t i, const float *from, float *to, float *mask)
{
    size_t h = drop.columns;
    if (to != from)
        memcpy(to, from, h * sizeof *to);
    if (w->dropout && w->dropout->on && drop.p > 0) {
        ops_dropout_mask(w->dropout->seed, w->dropout->step, drop.site, i, drop.p, h, mask);
        ops_multiply(h, to, mask);
    }
}

/* The same dropout again, of all rows d [N,columns]. */
static void drop_rows(const struct backward *w, struct backward_dropout drop, float *d)
{
    size_t h = drop.columns;
#pragma omp parallel
    {
        float *mask = xmalloc(h, sizeof *mask);
#pragma omp for schedule(static)
        for (size_t i = 0; i < w->n; i++)
            drop_row(w, drop, i, d + i * h, d + i * h, mask);
        free(mask);
    }
    profile_lap("dropout", "backward", 0, 8.0 * (double)w->n * (double)h);
}

/* LayerNorm(residual + dropout(x)): dy [N,columns] becomes the gradient of the sum, which is the residual's; branch (NULL: none)
 * the gradient of x. */
static void norm_backward(const struct backward *w, const struct bert_norm *norm, const float *xhat, const float *rstd, float *dy,
                          struct backward_dropout drop, float *branch)
{
    size_t h = norm->columns;
#pragma omp parallel
    {
        float *mask = xmalloc(h, sizeof *mask);
        sum_columns(w, h, dy, h, xhat, norm->gamma);
        sum_columns(w, h, dy, h, NULL, norm->beta);
#pragma omp barrier
#pragma omp for schedule(static)
        for (size_t i = 0; i < w->n; i++) {
            ops_norm_backward(h, dy + i * h, xhat + i * h, rstd[i], w->b->weights + norm->gamma, dy + i * h);
            if (branch)
                drop_row(w, drop, i, dy + i * h, branch + i * h, mask);
        }
        free(mask);
    }
    profile_lap("LayerNorm", "backward", 0, 4.0 * (double)w->n * (double)h * (branch ? 7 : 6));
}

/* Query, key and value: three [H,H] parts of one product, but three parameters, which may be frozen one by one. */
static void qkv_backward(const struct backward *w, const struct bert_linear *l, const float *d, const float *x)
{
    size_t h = l->in;
    bool any = false;
    for (size_t i = 0; i < 3; i++)
        any = any || is_frozen(w, l->weight + i * h * h) || is_frozen(w, l->bias + i * h);
    if (!any) {
        weight_gradients(w, l, gemm_matrix(d, w->n, 3 * h, 3 * h), gemm_matrix(x, w->n, h, h));
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!is_frozen(w, l->weight + i * h * h))
            w->b->squares[params_at(w->b->params, l->weight + i * h * h)] =
                gemm_gradient(w->b->precision, gemm_matrix(d + i * h, w->n, h, 3 * h), gemm_matrix(x, w->n, h, h),
                              (struct gemm_result){w->gradients + l->weight + i * h * h, h, w->add});
#pragma omp parallel
        sum_columns(w, h, d + i * h, 3 * h, NULL, l->bias + i * h);
    }
}

/* A LayerNorm's output y [N,columns] again. */
static void norm_again(const struct backward *w, const struct bert_norm *norm, const float *xhat, float *y)
{
    size_t h = norm->columns;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < w->n; i++)
        ops_norm_affine(h, xhat + i * h, w->b->weights + norm->gamma, w->b->weights + norm->beta, y + i * h);
    profile_lap("LayerNorm", "again", 0, 8.0 * (double)w->n * (double)h);
}

static struct backward_dropout embedding_dropout(const struct backward *w)
{
    return dropout_at(w->b->config->hidden_dropout_prob, SITE_EMBEDDINGS, w->b->config->embedding_size);
}

/* The layer's input again, into b->x. */
static void input_again(const struct backward *w, size_t number)
{
    struct bert *b = w->b;
    if (number > 0) {
        norm_again(w, &b->layer[number - 1].out_norm, b->saved[number - 1].xhat2, b->x);
        return;
    }
    if (b->projection.out) {
        bert_project(b, w->n);
        return;
    }
    norm_again(w, &b->embedding_norm, b->embedding_xhat, b->x);
    drop_rows(w, embedding_dropout(w), b->x);
}

/* b->d_x [N,H]: from the gradient of the layer's output to that of its input. */
static void layer_backward(const struct backward *w, size_t number)
{
    struct bert *b = w->b;
    const struct config *c = b->config;
    const struct bert_layer *l = &b->layer[number];
    const struct bert_activations *a = &b->saved[number];
    size_t h = c->hidden_size, wide = c->intermediate_size, ld_hidden = b->ld_hidden;
    struct backward_dropout after_attention =
        dropout_at(c->attention_out_dropout_prob, bert_dropout_site(SITE_ATTENTION_OUT, number), h);
    struct backward_dropout after_out = dropout_at(c->hidden_dropout_prob, bert_dropout_site(SITE_OUT, number), h);

    norm_backward(w, &l->out_norm, a->xhat2, a->rstd2, b->d_x, after_out, b->sum);
    input_gradient(w, &l->out, gemm_matrix(b->sum, w->n, h, h), (struct gemm_result){b->d_hidden, ld_hidden, false});
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < w->n; i++)
        ops_activation_backward(b->activation, wide, a->pre + i * wide, b->hidden + i * ld_hidden, b->d_hidden + i * ld_hidden);
    profile_lap("activation", "backward", 0, 4.0 * (double)w->n * (double)wide * 4);
    weight_gradients(w, &l->out, gemm_matrix(b->sum, w->n, h, h), gemm_matrix(b->hidden, w->n, wide, ld_hidden));
    norm_again(w, &l->attention_norm, a->xhat1, b->y1);
    linear_backward(w, &l->intermediate, gemm_matrix(b->d_hidden, w->n, wide, ld_hidden), b->y1, true, b->d_x);

    norm_backward(w, &l->attention_norm, a->xhat1, a->rstd1, b->d_x, after_attention, b->sum);
    linear_backward(w, &l->attention_out, gemm_matrix(b->sum, w->n, h, h), a->context, false, b->d_context);
    struct attention attention = bert_attention(b, w->batch, number, a->qkv, w->dropout);
    attention_backward(&attention, b->d_context, b->d_qkv);
    profile_lap("attention", "backward", 10 * attention_pairs(w->batch) * (double)h, 0);
    input_again(w, number);
    qkv_backward(w, &l->qkv, b->d_qkv, b->x);
    input_gradient(w, &l->qkv, gemm_matrix(b->d_qkv, w->n, 3 * h, 3 * h), (struct gemm_result){b->d_x, h, true});
}

/* Clear the rows of words that the last batches touched. */
static void clear_touched(const struct backward *w)
{
    struct bert *b = w->b;
    size_t h = b->config->embedding_size;
    for (size_t i = 0; i < b->n_touched; i++) {
        memset(w->gradients + b->word + (size_t)b->touched_list[i] * h, 0, h * sizeof *w->gradients);
        b->touched[b->touched_list[i]] = false;
    }
    b->n_touched = 0;
}

static void embeddings_backward(const struct backward *w)
{
    struct bert *b = w->b;
    const struct config *c = b->config;
    const struct bert_batch *batch = w->batch;
    size_t h = c->embedding_size, p = c->max_position_embeddings, types = c->type_vocab_size;
    bool words = !is_frozen(w, b->word), positions = !is_frozen(w, b->position);
    bool type = b->type != SIZE_MAX && !is_frozen(w, b->type);
    float *d_sum = b->d_x;
    if (b->projection.out) {
        d_sum = b->d_embedded;
        linear_backward(w, &b->projection, gemm_matrix(b->d_x, w->n, c->hidden_size, c->hidden_size), b->embedded, false, d_sum);
    }
    drop_rows(w, embedding_dropout(w), d_sum);
    norm_backward(w, &b->embedding_norm, b->embedding_xhat, b->embedding_rstd, d_sum, embedding_dropout(w), NULL);
    if (!w->add && positions)
        memset(w->gradients + b->position, 0, p * h * sizeof *w->gradients);
    if (!w->add && type)
        memset(w->gradients + b->type, 0, types * h * sizeof *w->gradients);
    for (size_t i = 0; words && i < w->n; i++) {
        int32_t id = batch->input_ids[i];
        if (b->touched[id] || config_is_padding(c, id))
            continue;
        b->touched[id] = true;
        GROW(b->touched_list, b->touched_room, b->n_touched + 1);
        b->touched_list[b->n_touched++] = id;
    }
    /* Pieces in order; threads share the columns, so no two of them write to one element. */
    const size_t job = columns_a_job(h);
#pragma omp parallel for schedule(static)
    for (size_t from = 0; from < h; from += job) {
        size_t columns = h - from < job ? h - from : job;
        for (size_t s = 0; s < batch->n_sentences; s++)
            for (size_t i = batch->start[s], counted = 0; i < batch->start[s + 1]; i++) {
                const float *d = d_sum + i * h + from;
                int32_t id = batch->input_ids[i];
                size_t position = config_position(c, id, &counted);
                bool padding = config_is_padding(c, id);
                if (words && !padding)
                    ops_add(columns, w->gradients + b->word + (size_t)id * h + from, d);
                if (positions && !(padding && c->arch->counts_positions))
                    ops_add(columns, w->gradients + b->position + position * h + from, d);
                if (type)
                    ops_add(columns, w->gradients + b->type + from, d);
            }
    }
    profile_lap("embeddings", "backward", 0, 4.0 * (double)w->n * (double)h * 7);
}

/* Whether a parameter in floats [from, to) is trained: where none is, the pass can stop. */
static bool wants_gradient(const struct backward *w, size_t from, size_t to)
{
    const struct params *params = w->b->params;
    for (size_t i = 0; i < params->n_parameters; i++)
        if (params->parameter[i].offset >= from && params->parameter[i].offset < to && !w->frozen[i])
            return true;
    return false;
}

void bert_set_loss(struct bert *b, const struct loss_rule *rule)
{
    b->loss_rule = rule;
}

struct loss bert_train(struct bert *b, const struct bert_batch *batch, const struct bert_dropout *dropout, const bool *frozen,
                       bool add, float *gradients)
{
    const struct config *c = b->config;
    struct backward w = {b, batch, dropout, frozen, add, gradients, batch->start[batch->n_sentences]};
    bert_reserve(b, w.n, true);
    bert_run(b, batch, dropout, b->logits);
    struct loss loss = loss_cross_entropy(b->logits, batch->labels, w.n, c->num_labels, b->loss_rule);
    if (!isfinite(loss.sum))
        return loss; /* the caller stops; gradients are as they were */
    if (!add)
        clear_touched(&w);
    loss_cross_entropy_backward(b->logits, batch->labels, w.n, c->num_labels, b->loss_rule);
    profile_lap("loss", "", 0, 0);
    linear_backward(&w, &b->classifier, gemm_matrix(b->logits, w.n, c->num_labels, c->num_labels), b->x, false, b->d_x);
    drop_rows(&w, dropout_at(c->classifier_dropout, SITE_CLASSIFIER, c->hidden_size), b->d_x);
    for (size_t i = c->num_hidden_layers; i > 0; i--) {
        if (frozen && !wants_gradient(&w, 0, i < c->num_hidden_layers ? b->layer[i].qkv.weight : b->classifier.weight))
            return loss;
        layer_backward(&w, i - 1);
    }
    if (!frozen || wants_gradient(&w, 0, c->num_hidden_layers ? b->layer[0].qkv.weight : b->classifier.weight))
        embeddings_backward(&w);
    return loss;
}
