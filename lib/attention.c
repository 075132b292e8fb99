/* attention: scaled dot-product attention (Vaswani et al., "Attention is all you need", 2017), a sentence and a head at a time.
 * Probabilities are not kept for the backward pass: they are cheaper to compute again than to store for long sentences. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "bert_private.h"
#include "ops.h"

/* Memory that a thread keeps from call to call. */
static float *scratch(size_t floats)
{
    static _Thread_local float *memory;
    static _Thread_local size_t room;
    if (room < floats) {
        free(memory);
        memory = xmalloc(floats, sizeof *memory);
        room = floats;
    }
    return memory;
}

struct head { size_t t, h, ld, first, number; const float *q, *k, *v; };   /* t pieces; rows lie ld = 3H apart */

static struct head head_at(const struct attention *a, size_t sentence, size_t number)
{
    size_t h = a->heads * a->head_size, ld = 3 * h, first = a->start[sentence];
    const float *q = a->qkv + first * ld + number * a->head_size;
    return (struct head){a->start[sentence + 1] - first, h, ld, first, number, q, q + h, q + 2 * h};
}

/* p [T,T] = softmax(Q K^T / sqrt(D)); then keep [T,T], dropout's factors, if there is dropout. */
static void probabilities(const struct attention *a, const struct head *x, float *p, float *keep)
{
    float scale = 1 / sqrtf((float)a->head_size);
    gemm(false, true, x->t, x->t, a->head_size, x->q, x->ld, x->k, x->ld, false, p, x->t);
    for (size_t i = 0; i < x->t; i++)
        ops_softmax(x->t, p + i * x->t, scale);
    if (keep)
        ops_dropout_row(a->dropout->seed, a->dropout->step, a->site, x->first * a->heads + x->number, a->p, x->t * x->t, keep);
}

static bool drops(const struct attention *a)
{
    return a->dropout && a->dropout->on && a->p > 0;
}

void attention_forward(const struct attention *a, float *context)
{
#pragma omp parallel for collapse(2) schedule(dynamic, 4)
    for (size_t b = 0; b < a->n_sentences; b++)
        for (size_t n = 0; n < a->heads; n++) {
            struct head x = head_at(a, b, n);
            size_t square = x.t * x.t;
            float *p = scratch(4 * square), *keep = drops(a) ? p + square : NULL;
            probabilities(a, &x, p, keep);
            if (keep)
                ops_multiply(square, p, keep);
            gemm(false, false, x.t, a->head_size, x.t, p, x.t, x.v, x.ld, false,
                 context + x.first * x.h + n * a->head_size, x.h);
        }
}

void attention_backward(const struct attention *a, const float *d_context, float *d_qkv)
{
    float scale = 1 / sqrtf((float)a->head_size);
#pragma omp parallel for collapse(2) schedule(dynamic, 4)
    for (size_t b = 0; b < a->n_sentences; b++)
        for (size_t n = 0; n < a->heads; n++) {
            struct head x = head_at(a, b, n);
            size_t square = x.t * x.t, d = a->head_size;
            float *p = scratch(4 * square), *dp = p + square, *keep = drops(a) ? dp + square : NULL, *dropped = dp + 2 * square;
            const float *dc = d_context + x.first * x.h + n * d;
            float *dq = d_qkv + x.first * x.ld + n * d, *dk = dq + x.h, *dv = dk + x.h;
            probabilities(a, &x, p, keep);
            const float *used = p;
            if (keep) {
                memcpy(dropped, p, square * sizeof *p);
                ops_multiply(square, dropped, keep);
                used = dropped;
            }
            gemm(true, false, x.t, d, x.t, used, x.t, dc, x.h, false, dv, x.ld);
            gemm(false, true, x.t, x.t, d, dc, x.h, x.v, x.ld, false, dp, x.t);
            if (keep)
                ops_multiply(square, dp, keep);
            for (size_t i = 0; i < x.t; i++)
                ops_softmax_backward(x.t, p + i * x.t, dp + i * x.t, scale);
            gemm(false, false, x.t, d, x.t, dp, x.t, x.k, x.ld, false, dq, x.ld);
            gemm(true, false, x.t, d, x.t, dp, x.t, x.q, x.ld, false, dk, x.ld);
        }
}
