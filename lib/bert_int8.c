/* bert_int8: the encoder's layers for tagging with 8 bit products. A thread takes a block of rows from the attention's
 * context to the next layer's query, key and value; what lies between stays in its second cache. */
#include <omp.h>

#include "bert_private.h"
#include "floats.h"
#include "ops.h"
#include "profile.h"

/* One thread's memory for a block of rows. */
struct block {
    size_t first, rows;
    uint8_t *q;                 /* [rows][int8_row_bytes(max(H, I))] */
    struct int8_row *row;       /* [rows] */
    size_t narrow, wide;        /* floats between rows: H and I, and some, lest rows share a few sets of the cache */
    float *sum, *y, *hidden;    /* [rows,H] [rows,H] [rows,I] */
};

enum { APART = 16, HIDDEN_BYTES = 1 << 19, ROWS_MOST = 96, ROWS_LEAST = 12 };

static size_t block_rows(const struct bert *b)
{
    size_t rows = HIDDEN_BYTES / (sizeof(float) * b->config->intermediate_size);
    return rows > ROWS_MOST ? ROWS_MOST : rows < ROWS_LEAST ? ROWS_LEAST : rows;
}

static struct block block_at(const struct bert *b, size_t first, size_t rows)
{
    static _Thread_local struct scratch scratch;
    size_t h = b->config->hidden_size, i = b->config->intermediate_size, most = block_rows(b);
    size_t q = int8_row_bytes(h > i ? h : i), narrow = h + APART, wide = i + APART;
    size_t need = most * (q + sizeof(struct int8_row) + (2 * narrow + wide) * sizeof(float));
    char *memory = scratch_room(&scratch, need);
    struct block k = {.first = first, .rows = rows, .narrow = narrow, .wide = wide, .q = (uint8_t *)memory};
    k.hidden = (float *)(memory + most * q);
    k.sum = k.hidden + most * wide;
    k.y = k.sum + most * narrow;
    k.row = (struct int8_row *)(k.y + most * narrow);
    return k;
}

/* Thread 0 stands for all of them. */
static void lap(const char *name, const struct linear *l, size_t rows)
{
    if (omp_get_thread_num() == 0)
        profile_lap(name, "forward", l ? 2.0 * (double)(rows * l->in) * (double)l->out * omp_get_num_threads() : 0, 0);
}

static void quantize(const struct block *k, size_t n, const float *x, size_t ldx)
{
    for (size_t i = 0; i < k->rows; i++)
        k->row[i] = int8_quantize(n, x + i * ldx, k->q + i * int8_row_bytes(n));
    lap("quantisation", NULL, 0);
}

static void multiply(const struct block *k, const struct linear *l, const float *bias, float *y, size_t ldy)
{
    gemm_int8(k->rows, k->q, k->row, l->int8, bias, y, ldy);
    lap(l->name, l, k->rows);
}

static void add_and_norm(const struct bert *b, const struct block *k, const struct linear *l, const struct norm *norm,
                         const float *residual, size_t ldr, float *y, size_t ldy)
{
    size_t h = b->config->hidden_size;
    for (size_t i = 0; i < k->rows; i++)
        ops_bias_dropout_residual_norm(h, k->sum + i * k->narrow, b->weights + l->bias, NULL, residual + i * ldr,
                                       b->weights + norm->gain, b->weights + norm->shift,
                                       (float)b->config->layer_norm_eps, NULL, NULL, y + i * ldy);
    lap("LayerNorm", NULL, 0);
}

static void into_attention(const struct bert *b, const struct block *k, const struct layer *l)
{
    size_t h = b->config->hidden_size;
    quantize(k, h, b->x + k->first * h, h);
    multiply(k, &l->qkv, b->weights + l->qkv.bias, b->saved->qkv + k->first * 3 * h, 3 * h);
}

static void out_of_attention(const struct bert *b, const struct block *k, const struct layer *l)
{
    size_t h = b->config->hidden_size, wide = b->config->intermediate_size;
    float *x = b->x + k->first * h;
    quantize(k, h, b->saved->context + k->first * h, h);
    multiply(k, &l->attention_out, NULL, k->sum, k->narrow);
    add_and_norm(b, k, &l->attention_out, &l->attention_norm, x, h, k->y, k->narrow);
    quantize(k, h, k->y, k->narrow);
    multiply(k, &l->intermediate, NULL, k->hidden, k->wide);
    for (size_t i = 0; i < k->rows; i++) {
        float *row = k->hidden + i * k->wide;
        ops_bias_activation(b->config->hidden_act, wide, row, b->weights + l->intermediate.bias, row);
    }
    lap("activation", NULL, 0);
    quantize(k, wide, k->hidden, k->wide);
    multiply(k, &l->out, NULL, k->sum, k->narrow);
    add_and_norm(b, k, &l->out, &l->out_norm, k->y, k->narrow, x, h);
}

/* Blocks of nearly one size, as many for each thread. NULL: before the first layer, behind the last. */
static void run_blocks(const struct bert *b, size_t n, const struct layer *done, const struct layer *next)
{
    size_t most = block_rows(b), threads = (size_t)omp_get_max_threads();
    size_t blocks = (((n + most - 1) / most) + threads - 1) / threads * threads;
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < blocks; i++) {
        size_t first = i * n / blocks;
        struct block k = block_at(b, first, (i + 1) * n / blocks - first);
        if (done)
            out_of_attention(b, &k, done);
        if (next)
            into_attention(b, &k, next);
    }
    profile_lap("waiting", "forward", 0, 0);
}

void bert_int8_layers(struct bert *b, const struct packed_batch *batch)
{
    size_t n = batch->start[batch->n_sentences], h = b->config->hidden_size, layers = b->config->num_hidden_layers;
    struct attention attention = {.heads = b->config->num_attention_heads,
                                  .head_size = h / b->config->num_attention_heads,
                                  .n_sentences = batch->n_sentences, .start = batch->start, .qkv = b->saved->qkv};
    for (size_t i = 0; i <= layers; i++) {
        run_blocks(b, n, i > 0 ? &b->layer[i - 1] : NULL, i < layers ? &b->layer[i] : NULL);
        if (i == layers)
            return;
        attention_forward(&attention, b->saved->context);
        profile_lap("attention", "forward", 4 * attention_pairs(batch) * (double)h, 0);
    }
}
