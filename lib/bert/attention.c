/* attention: scaled dot-product attention (Vaswani et al., "Attention is all you need", 2017), a sentence and a head at a time.
 * Probabilities are not kept for the backward pass: they are cheaper to compute again than to store for long sentences. */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "bert/engine_private.h"
#include "base/memory.h"
#include "math/ops.h"

static _Thread_local struct memory_scratch scratch;

struct head { size_t t, h, ld, first, number; const float *q, *k, *v; };   /* t pieces; rows lie ld = 3H apart */

static struct head head_at(const struct attention *a, size_t sentence, size_t number)
{
    size_t h = a->heads * a->head_size, ld = 3 * h, first = a->start[sentence];
    const float *q = a->qkv + first * ld + number * a->head_size;
    return (struct head){a->start[sentence + 1] - first, h, ld, first, number, q, q + h, q + 2 * h};
}

/* Between rows of probabilities: whole cache lines, or each row would read where the one before has just been written. */
static size_t padded(size_t t)
{
    return round_up(t, 16);
}

static bool drops(const struct attention *a)
{
    return a->dropout && a->dropout->on && a->p > 0;
}

/* mask [T,T]: dropout's factors; NULL where there is no dropout. */
static const float *factors(const struct attention *a, const struct head *x, float *mask)
{
    if (!drops(a))
        return NULL;
    ops_dropout_mask(a->dropout->seed, a->dropout->step, a->site, x->first * a->heads + x->number, a->p, x->t * x->t, mask);
    return mask;
}

/* p [rows,T] = Q K^T from row `first` on. */
static void scores(const struct attention *a, const struct head *x, size_t first, size_t rows, float *p)
{
    gemm(false, true, rows, x->t, a->head_size, x->q + first * x->ld, x->ld, x->k, x->ld, false, p, padded(x->t));
}

static float scale_of(const struct attention *a)
{
    return 1 / sqrtf((float)a->head_size);
}

static void multiply(size_t rows, size_t t, float *p, const float *mask)
{
    for (size_t i = 0; i < rows; i++)
        ops_multiply(t, p + i * padded(t), mask + i * t);
}

/* Heads that a thread takes: few where there are few and long ones, so that all are done at one time. */
static int at_once(const struct attention *a)
{
    size_t share = a->n_sentences * a->heads / (32 * (size_t)omp_get_max_threads());
    return share < 1 ? 1 : share > 4 ? 4 : (int)share;
}

void attention_forward(const struct attention *a, float *context)
{
    enum { ROWS = 192 };                    /* so many queries' probabilities stay in the second-level cache */
    float scale = scale_of(a);
#pragma omp parallel for collapse(2) schedule(dynamic, at_once(a))
    for (size_t b = 0; b < a->n_sentences; b++)
        for (size_t n = 0; n < a->heads; n++) {
            struct head x = head_at(a, b, n);
            size_t ld = padded(x.t), most = x.t < ROWS ? x.t : ROWS;
            float *p = memory_scratch_room(&scratch, (most * ld + (drops(a) ? x.t * x.t : 0)) * sizeof *p);
            const float *mask = factors(a, &x, p + most * ld);
            for (size_t first = 0; first < x.t; first += ROWS) {
                size_t rows = x.t - first < ROWS ? x.t - first : ROWS;
                float *to = context + (x.first + first) * x.h + n * a->head_size;
                float factor[ROWS];         /* what makes probabilities of each row */
                scores(a, &x, first, rows, p);
                for (size_t i = 0; i < rows; i++)
                    factor[i] = ops_softmax_unnormalised(x.t, p + i * ld, scale);
                if (mask)
                    multiply(rows, x.t, p, mask + first * x.t);
                gemm(false, false, rows, a->head_size, x.t, p, ld, x.v, x.ld, false, to, x.h);
                for (size_t i = 0; i < rows; i++)
                    if (factor[i] != 1)
                        ops_scale(a->head_size, to + i * x.h, factor[i]);
            }
        }
}

void attention_backward(const struct attention *a, const float *d_context, float *d_qkv)
{
    float scale = scale_of(a);
#pragma omp parallel for collapse(2) schedule(dynamic, at_once(a))
    for (size_t b = 0; b < a->n_sentences; b++)
        for (size_t n = 0; n < a->heads; n++) {
            struct head x = head_at(a, b, n);
            size_t ld = padded(x.t), square = x.t * ld, d = a->head_size;
            float *p = memory_scratch_room(&scratch, 4 * square * sizeof *p), *dp = p + square, *dropped = dp + square;
            const float *dc = d_context + x.first * x.h + n * d, *used = p, *mask = factors(a, &x, dropped + square);
            float *dq = d_qkv + x.first * x.ld + n * d, *dk = dq + x.h, *dv = dk + x.h;
            scores(a, &x, 0, x.t, p);
            for (size_t i = 0; i < x.t; i++)
                ops_softmax(x.t, p + i * ld, scale);
            if (mask) {
                memcpy(dropped, p, square * sizeof *p);
                multiply(x.t, x.t, dropped, mask);
                used = dropped;
            }
            gemm(true, false, x.t, d, x.t, used, ld, dc, x.h, false, dv, x.ld);
            gemm(false, true, x.t, x.t, d, dc, x.h, x.v, x.ld, false, dp, ld);
            if (mask)
                multiply(x.t, x.t, dp, mask);
            for (size_t i = 0; i < x.t; i++)
                ops_softmax_backward(x.t, p + i * ld, dp + i * ld, scale);
            gemm(false, false, x.t, d, x.t, dp, ld, x.k, x.ld, false, dq, x.ld);
            gemm(true, false, x.t, d, x.t, dp, ld, x.q, x.ld, false, dk, x.ld);
        }
}
