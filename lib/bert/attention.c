/* attention: a sentence and a head at a time, so that the scores [T,T] stay in the caches. Probabilities are not kept for the
 * backward pass: for long sentences it takes less time to compute them again than to store them. */
#include "bert/attention.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/memory.h"
#include "gemm/gemm.h"
#include "math/ops.h"

/* Kept from call to call: a new one for each head would cost more than a short head's products. */
static _Thread_local struct memory_scratch scratch;

/* t pieces; q, k, v: [T,D] */
struct attention_head {
    size_t t, h, first, number;
    struct gemm_matrix q, k, v;
};

static struct attention_head head_of(const struct attention *a, size_t sentence, size_t number)
{
    size_t h = a->heads * a->head_size, ld = 3 * h, first = a->start[sentence];
    const float *qkv = a->qkv + first * ld + number * a->head_size;
    struct attention_head x = {.t = a->start[sentence + 1] - first, .h = h, .first = first, .number = number};
    x.q = gemm_matrix(qkv, x.t, a->head_size, ld);
    x.k = gemm_matrix(qkv + h, x.t, a->head_size, ld);
    x.v = gemm_matrix(qkv + 2 * h, x.t, a->head_size, ld);
    return x;
}

/* The leading dimension of probabilities. Rows begin on a cache line: else the loads of a row would overlap the stores of the row
 * before, and wait for them. */
static size_t ld_of(size_t t)
{
    return round_up(t, 16);
}

static bool drops(const struct attention *a)
{
    return a->dropout && a->dropout->on && a->p > 0;
}

/* mask [T,T]: dropout's factors; NULL where there is no dropout. */
static const float *factors(const struct attention *a, const struct attention_head *x, float *mask)
{
    if (!drops(a))
        return NULL;
    ops_dropout_mask(a->dropout->seed, a->dropout->step, a->site, x->first * a->heads + x->number, a->p, x->t * x->t, mask);
    return mask;
}

/* p [rows,T] = Q K^T from row `first` on. */
static void scores(const struct attention_head *x, size_t first, size_t rows, float *p)
{
    struct gemm_matrix q = gemm_matrix(x->q.data + first * x->q.ld, rows, x->q.columns, x->q.ld);
    gemm(q, gemm_transpose(x->k), (struct gemm_result){p, ld_of(x->t), false});
}

static float scale_of(const struct attention *a)
{
    return 1 / sqrtf((float)a->head_size);
}

static void multiply(size_t rows, size_t t, float *p, const float *mask)
{
    for (size_t i = 0; i < rows; i++)
        ops_multiply(t, p + i * ld_of(t), mask + i * t);
}

/* Heads that a thread takes at a time: few if there are few (long) ones, so that all threads end together. */
static int at_once(const struct attention *a)
{
    size_t share = a->n_sentences * a->heads / (32 * (size_t)omp_get_max_threads());
    return share < 1 ? 1 : share > 4 ? 4 : (int)share;
}

void attention_forward(const struct attention *a, float *context)
{
    enum { ROWS = 192 }; /* queries whose probabilities stay in the second-level cache together */
    float scale = scale_of(a);
#pragma omp parallel for collapse(2) schedule(dynamic, at_once(a))
    for (size_t b = 0; b < a->n_sentences; b++)
        for (size_t n = 0; n < a->heads; n++) {
            struct attention_head x = head_of(a, b, n);
            size_t ld = ld_of(x.t), max_rows = x.t < ROWS ? x.t : ROWS;
            float *p = memory_scratch_room(&scratch, (max_rows * ld + (drops(a) ? x.t * x.t : 0)) * sizeof *p);
            const float *mask = factors(a, &x, p + max_rows * ld);
            for (size_t first = 0; first < x.t; first += ROWS) {
                size_t rows = x.t - first < ROWS ? x.t - first : ROWS;
                float *to = context + (x.first + first) * x.h + n * a->head_size;
                float factor[ROWS]; /* what makes probabilities of each row */
                scores(&x, first, rows, p);
                for (size_t i = 0; i < rows; i++)
                    factor[i] = ops_softmax_unnormalised(x.t, p + i * ld, scale);
                if (mask)
                    multiply(rows, x.t, p, mask + first * x.t);
                gemm(gemm_matrix(p, rows, x.t, ld), x.v, (struct gemm_result){to, x.h, false});
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
            struct attention_head x = head_of(a, b, n);
            size_t ld = ld_of(x.t), square = x.t * ld, d = a->head_size;
            float *p = memory_scratch_room(&scratch, 4 * square * sizeof *p), *dp = p + square, *dropped = dp + square;
            const float *mask = factors(a, &x, dropped + square);
            float *dq = d_qkv + x.first * x.q.ld + n * d, *dk = dq + x.h, *dv = dk + x.h;
            struct gemm_matrix dc = gemm_matrix(d_context + x.first * x.h + n * d, x.t, d, x.h);
            struct gemm_matrix used = gemm_matrix(mask ? dropped : p, x.t, x.t, ld), ds = gemm_matrix(dp, x.t, x.t, ld);
            scores(&x, 0, x.t, p);
            for (size_t i = 0; i < x.t; i++)
                ops_softmax(x.t, p + i * ld, scale);
            if (mask) {
                memcpy(dropped, p, square * sizeof *p);
                multiply(x.t, x.t, dropped, mask);
            }
            gemm(gemm_transpose(used), dc, (struct gemm_result){dv, x.v.ld, false});
            gemm(dc, gemm_transpose(x.v), (struct gemm_result){dp, ld, false});
            if (mask)
                multiply(x.t, x.t, dp, mask);
            for (size_t i = 0; i < x.t; i++)
                ops_softmax_backward(x.t, p + i * ld, dp + i * ld, scale);
            gemm(ds, x.k, (struct gemm_result){dq, x.q.ld, false});
            gemm(gemm_transpose(ds), x.q, (struct gemm_result){dk, x.k.ld, false});
        }
}

double attention_pairs(const struct bert_batch *batch)
{
    double sum = 0;
    for (size_t i = 0; i < batch->n_sentences; i++) {
        double t = (double)(batch->start[i + 1] - batch->start[i]);
        sum += t * t;
    }
    return sum;
}
