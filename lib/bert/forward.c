/* forward: embeddings, encoder layers, classifier. */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "bert/engine_private.h"
#include "math/ops.h"
#include "base/profile.h"

/* A matrix with a deferred update, and the first thread's time for it, which stands for that of all. */
struct deferred {
    const struct bert_deferral *deferral;
    size_t first;
    double seconds;
};

static void apply(void *data, size_t first, size_t rows, size_t stride, size_t n)
{
    struct deferred *d = data;
    double start = profile_clock();
    d->deferral->apply(d->deferral->data, d->first + first, rows, stride, n);
    if (omp_get_thread_num() == 0)
        d->seconds += profile_clock() - start;
}

static void update_and_multiply(const struct bert *b, const struct bert_linear *l, struct gemm_matrix x, struct gemm_result y)
{
    const struct bert_deferral *d = &b->deferral;
    struct deferred deferred = {d, l->weight, 0};
    struct gemm_update update = {.run = apply, .data = &deferred};
    for (size_t i = 0; i < GEMM_BESIDE; i++)
        update.beside[i] = d->beside[i] ? d->beside[i] + l->weight : NULL;
    gemm_updated(bert_precision(b, l), x, bert_weight(b, l), &update, y);
    d->applied(d->data, l->weight, l->in * l->out);
    profile_part("AdamW", "", deferred.seconds, 28.0 * (double)(l->in * l->out));
}

/* to [N,out] = x W^T, without the bias: what follows adds it in its own pass. */
static void multiply(const struct bert *b, const struct bert_linear *l, size_t n, const float *from, size_t ld, float *to)
{
    struct gemm_matrix x = gemm_matrix(from, n, l->in, ld);
    struct gemm_result y = {to, l->out, false};
    if (l->packed)
        gemm_packed_multiply(x, l->packed, y);
    else if (b->deferral.is_deferred && b->deferral.is_deferred(b->deferral.data, l->weight, l->in * l->out))
        update_and_multiply(b, l, x, y);
    else
        gemm_parallel(bert_precision(b, l), x, gemm_transpose(bert_weight(b, l)), y);
    profile_lap(l->name, "forward", 2 * (double)n * (double)l->in * (double)l->out, 0);
}

static bool drops(const struct bert_dropout *dropout, double p)
{
    return dropout && dropout->on && p > 0;
}

/* sum = residual + dropout(sum + bias), then LayerNorm. */
static void add_and_norm(const struct bert *b, size_t n, const struct bert_linear *l, const struct bert_norm *norm,
                         const struct bert_dropout *dropout, double probability, uint32_t site, float *sum, const float *residual,
                         float *xhat, float *rstd, float *y)
{
    size_t h = b->config->hidden_size;
    float p = (float)probability;
#pragma omp parallel
    {
        float *mask = drops(dropout, p) ? xmalloc(h, sizeof *mask) : NULL;
#pragma omp for schedule(static)
        for (size_t i = 0; i < n; i++) {
            if (mask)
                ops_dropout_mask(dropout->seed, dropout->step, site, i, p, h, mask);
            ops_bias_dropout_residual_norm(h, sum + i * h, b->weights + l->bias, mask, residual + i * h, b->weights + norm->gamma,
                                           b->weights + norm->beta, (float)b->config->layer_norm_eps, xhat ? xhat + i * h : NULL,
                                           rstd ? rstd + i : NULL, y + i * h);
        }
        free(mask);
    }
    profile_lap("LayerNorm", "forward", 0, 4.0 * (double)n * (double)h * (xhat ? 4 : 3));
}

/* From the layer's input in b->x to its output, in the same place. */
static void run_layer(struct bert *b, size_t number, const struct bert_batch *batch, const struct bert_dropout *dropout,
                      struct bert_activations *a)
{
    const struct bert_layer *l = &b->layer[number];
    size_t n = batch->start[batch->n_sentences], h = b->config->hidden_size, wide = b->config->intermediate_size;
    multiply(b, &l->qkv, n, b->x, h, a->qkv);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++)
        ops_add(3 * h, a->qkv + i * 3 * h, b->weights + l->qkv.bias);
    struct attention attention = bert_attention(b, batch, number, a->qkv, dropout);
    profile_lap("bias", "forward", 0, 8.0 * (double)n * (double)(3 * h));
    attention_forward(&attention, a->context);
    profile_lap("attention", "forward", 4 * attention_pairs(batch) * (double)h, 0);
    multiply(b, &l->attention_out, n, a->context, h, b->sum);
    add_and_norm(b, n, &l->attention_out, &l->attention_norm, dropout, b->config->attention_out_dropout_prob,
                 bert_dropout_site(SITE_ATTENTION_OUT, number), b->sum, b->x, a->xhat1, a->rstd1, b->y1);
    multiply(b, &l->intermediate, n, b->y1, h, a->pre);
    float *hidden = b->hidden ? b->hidden : a->pre; /* in place where nothing is kept for a backward pass */
    size_t ld_hidden = b->hidden ? b->ld_hidden : wide;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++)
        ops_bias_activation(b->activation, wide, a->pre + i * wide, b->weights + l->intermediate.bias, hidden + i * ld_hidden);
    profile_lap("activation", "forward", 0, 4.0 * (double)n * (double)wide * (hidden == a->pre ? 2 : 3));
    multiply(b, &l->out, n, hidden, ld_hidden, b->sum);
    add_and_norm(b, n, &l->out, &l->out_norm, dropout, b->config->hidden_dropout_prob, bert_dropout_site(SITE_OUT, number),
                 b->sum, b->y1, a->xhat2, a->rstd2, b->x);
}

void bert_project(struct bert *b, size_t n)
{
    size_t h = b->projection.out;
    multiply(b, &b->projection, n, b->embedded, b->projection.in, b->x);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < n; i++)
        ops_add(h, b->x + i * h, b->weights + b->projection.bias);
    profile_lap("bias", "forward", 0, 8.0 * (double)n * (double)h);
}

/* word + token type (always 0) + position, LayerNorm, dropout, and the projection if there is one, into b->x. */
static void embed(struct bert *b, const struct bert_batch *batch, const struct bert_dropout *dropout)
{
    size_t h = b->config->embedding_size;
    float *embedded = b->projection.out ? b->embedded : b->x;
    float p = (float)b->config->hidden_dropout_prob;
#pragma omp parallel
    {
        float *mask = drops(dropout, p) ? xmalloc(h, sizeof *mask) : NULL;
#pragma omp for schedule(static)
        for (size_t s = 0; s < batch->n_sentences; s++)
            for (size_t i = batch->start[s], counted = 0; i < batch->start[s + 1]; i++) {
                float *sum = b->sum + i * h, *y = embedded + i * h;
                size_t position = config_position(b->config, batch->input_ids[i], &counted);
                memcpy(sum, b->words + (size_t)batch->input_ids[i] * h, h * sizeof *sum);
                if (b->type != SIZE_MAX)
                    ops_add(h, sum, b->weights + b->type);
                ops_bias_dropout_residual_norm(
                    h, sum, b->weights + b->position + position * h, NULL, NULL, b->weights + b->embedding_norm.gamma,
                    b->weights + b->embedding_norm.beta, (float)b->config->layer_norm_eps,
                    b->embedding_xhat ? b->embedding_xhat + i * h : NULL, b->embedding_rstd ? b->embedding_rstd + i : NULL, y);
                if (mask) {
                    ops_dropout_mask(dropout->seed, dropout->step, SITE_EMBEDDINGS, i, p, h, mask);
                    ops_multiply(h, y, mask);
                }
            }
        free(mask);
    }
    profile_lap("embeddings", "forward", 0, 4.0 * (double)batch->start[batch->n_sentences] * (double)h * 4);
    if (b->projection.out)
        bert_project(b, batch->start[batch->n_sentences]);
}

/* logits [N,C] from b->x, which afterwards has the dropout: the backward pass reads it. */
static void classify(struct bert *b, size_t n, const struct bert_dropout *dropout, float *logits)
{
    size_t h = b->config->hidden_size, c = b->config->num_labels;
    float p = (float)b->config->classifier_dropout;
    if (drops(dropout, p)) {
        float *mask = xmalloc(h, sizeof *mask);
        for (size_t i = 0; i < n; i++) {
            ops_dropout_mask(dropout->seed, dropout->step, SITE_CLASSIFIER, i, p, h, mask);
            ops_multiply(h, b->x + i * h, mask);
        }
        free(mask);
    }
    multiply(b, &b->classifier, n, b->x, h, logits);
    for (size_t i = 0; i < n; i++)
        ops_add(c, logits + i * c, b->weights + b->classifier.bias);
    profile_lap("bias", "forward", 0, 8.0 * (double)n * (double)c);
}

void bert_run(struct bert *b, const struct bert_batch *batch, const struct bert_dropout *dropout, float *logits)
{
    embed(b, batch, dropout);
    if (!bert_groups(b, batch))
        for (size_t i = 0; i < b->config->num_hidden_layers; i++)
            run_layer(b, i, batch, dropout, &b->saved[b->keeps_layers ? i : 0]);
    classify(b, batch->start[batch->n_sentences], dropout, logits);
}

void bert_forward(struct bert *b, const struct bert_batch *batch, float *logits)
{
    bert_reserve(b, batch->start[batch->n_sentences], false);
    bert_run(b, batch, NULL, logits);
}
