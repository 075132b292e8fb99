/* blocks: an encoder layer where the weights are packed. A thread takes a block of rows through all that comes before the
 * attention, and again through all that comes after it; the rows stay in its second-level cache meanwhile. */
#include <omp.h>

#include "bert/engine_private.h"
#include "base/cache.h"
#include "base/memory.h"
#include "math/ops.h"
#include "base/profile.h"

/* How a block lies in memory. The leading dimensions are larger than the rows: rows whose distance is a power of two would
 * share a few sets of the cache. */
struct block_shape {
    size_t max_rows;
    size_t taken, taken_wide; /* bytes of a row as the products take it, of H and of I elements */
    size_t ld, ld_hidden;     /* floats from row to row of `sum` and `y`, and of `hidden` */
};

/* One thread's memory for a block of rows. */
struct block {
    const struct block_shape *shape;
    size_t first, rows;
    char *taken, *taken_wide;  /* rows as the products take them: [rows,H] [rows,I] */
    struct gemm_int8_row *row; /* [rows] */
    float *sum, *y, *hidden;   /* [rows,H] [rows,H] [rows,I]; of `hidden` only COLUMNS at a time, but in 8 bits all */
};

enum { PADDING = 16, COLUMNS = 384 };

static size_t taken_bytes(const struct bert_linear *l)
{
    return l->int8 ? gemm_int8_row_bytes(l->in) : gemm_row_bytes(l->packed);
}

/* As many as three quarters of the second-level cache hold of the wide rows. From 2 MB on there are twice as many at most: the
 * processors that have them (Intel's) compute so fast with tiles that they wait for weights from the third-level cache. */
size_t bert_block_rows(const struct bert_layer *l)
{
    enum { MEGABYTE = 1 << 20, ROWS = 96 };
    const size_t cache = cache_level2(MEGABYTE) < 2 * MEGABYTE ? MEGABYTE : 2 * MEGABYTE, most = ROWS * (cache / MEGABYTE);
    size_t rows = cache / 4 * 3 / (l->out.int8 ? l->out.in * sizeof(float) : taken_bytes(&l->out));
    return rows > most ? most : rows < BERT_TILE_ROWS ? BERT_TILE_ROWS : rows;
}

static struct block_shape shape_of(const struct bert *b, const struct bert_layer *l)
{
    size_t h = b->config->hidden_size, i = b->config->intermediate_size;
    struct block_shape s = {.taken = taken_bytes(&l->intermediate),
                            .taken_wide = taken_bytes(&l->out),
                            .ld = h + PADDING,
                            .ld_hidden = (l->out.int8 ? i : COLUMNS) + PADDING};
    s.max_rows = bert_block_rows(l);
    return s;
}

static struct block block_at(const struct block_shape *s, size_t first, size_t rows)
{
    static _Thread_local struct memory_scratch scratch; /* kept: each thread takes many blocks */
    size_t floats = 2 * s->ld + s->ld_hidden;
    size_t bytes = s->taken + s->taken_wide + floats * sizeof(float) + sizeof(struct gemm_int8_row);
    char *memory = memory_scratch_room(&scratch, s->max_rows * bytes);
    struct block k = {.shape = s, .first = first, .rows = rows, .taken = memory};
    k.taken_wide = k.taken + s->max_rows * s->taken;
    k.hidden = (float *)(k.taken_wide + s->max_rows * s->taken_wide);
    k.sum = k.hidden + s->max_rows * s->ld_hidden;
    k.y = k.sum + s->max_rows * s->ld;
    k.row = (struct gemm_int8_row *)(k.y + s->max_rows * s->ld);
    return k;
}

/* The first thread's time stands for that of all. */
static void lap(const char *name, double flops)
{
    if (omp_get_level() == 0)
        profile_lap(name, "forward", flops, 0);
    else if (omp_get_ancestor_thread_num(1) == 0)
        profile_lap(name, "forward", flops * omp_get_team_size(1), 0);
}

static void lap_product(const struct bert_linear *l, size_t rows, size_t columns)
{
    lap(l->name, 2 * (double)(rows * l->in) * (double)columns);
}

/* x as l's product takes it: where it lies, or in `to`. */
static struct gemm_rows take(const struct block *k, const struct bert_linear *l, const float *x, size_t ldx, char *to)
{
    struct gemm_rows rows = {to, k->rows, taken_bytes(l)};
    if (!l->int8 && gemm_reads_in_place(l->packed, ldx))
        return (struct gemm_rows){x, k->rows, ldx * sizeof *x};
    for (size_t i = 0; i < k->rows; i++)
        if (l->int8)
            k->row[i] = gemm_int8_quantize(l->in, x + i * ldx, (uint8_t *)(to + i * rows.bytes));
        else
            gemm_pack_row(l->packed, 0, l->in, x + i * ldx, to + i * rows.bytes);
    lap(l->int8 ? "quantisation" : "packing", 0);
    return rows;
}

static void multiply(const struct block *k, const struct bert_linear *l, struct gemm_rows x, const float *bias, float *y,
                     size_t ldy)
{
    if (l->int8)
        gemm_int8(k->rows, x.data, k->row, l->int8, bias, y, ldy);
    else
        gemm_packed_multiply_rows(x, l->packed, 0, l->out, (struct gemm_result){y, ldy, false});
    lap_product(l, k->rows, l->out);
}

static void add_and_norm(const struct bert *b, const struct block *k, const struct bert_linear *l, const struct bert_norm *norm,
                         const float *residual, size_t ldr, float *y, size_t ldy)
{
    size_t h = b->config->hidden_size;
    for (size_t i = 0; i < k->rows; i++)
        ops_bias_dropout_residual_norm(h, k->sum + i * k->shape->ld, b->weights + l->bias, NULL, residual + i * ldr,
                                       b->weights + norm->gamma, b->weights + norm->beta, (float)b->config->layer_norm_eps, NULL,
                                       NULL, y + i * ldy);
    lap("LayerNorm", 0);
}

static void into_attention(const struct bert *b, const struct block *k, const struct bert_layer *l)
{
    size_t h = b->config->hidden_size;
    float *qkv = b->saved->qkv + k->first * 3 * h;
    const float *bias = b->weights + l->qkv.bias;
    multiply(k, &l->qkv, take(k, &l->qkv, b->x + k->first * h, h, k->taken), bias, qkv, 3 * h);
    for (size_t i = 0; i < k->rows && !l->qkv.int8; i++)
        ops_add(3 * h, qkv + i * 3 * h, bias);
    lap("bias", 0);
}

static void activate(const struct bert *b, const struct block *k, const struct bert_layer *l, size_t first, size_t columns)
{
    const float *bias = b->weights + l->intermediate.bias + first;
    size_t bytes = taken_bytes(&l->out);
    for (size_t i = 0; i < k->rows; i++) {
        float *row = k->hidden + i * k->shape->ld_hidden;
        char *taken = k->taken_wide + i * bytes;
        float *to = l->out.int8 ? row : gemm_row_floats(l->out.packed, first, taken);
        ops_bias_activation(b->activation, columns, row, bias, to ? to : row);
        if (!to)
            gemm_pack_row(l->out.packed, first, columns, row, taken);
    }
    lap("activation", 0);
}

/* The activation of x times the intermediate weights, in k->taken_wide. In 8 bits a row has one scale, so all of it must be there
 * first. */
static struct gemm_rows expand(const struct bert *b, const struct block *k, const struct bert_layer *l, struct gemm_rows x)
{
    size_t wide = l->out.in;
    if (l->out.int8) {
        multiply(k, &l->intermediate, x, NULL, k->hidden, k->shape->ld_hidden);
        activate(b, k, l, 0, wide);
        return take(k, &l->out, k->hidden, k->shape->ld_hidden, k->taken_wide);
    }
    for (size_t first = 0; first < wide; first += COLUMNS) {
        size_t columns = wide - first < COLUMNS ? wide - first : COLUMNS;
        gemm_packed_multiply_rows(x, l->intermediate.packed, first, columns,
                                  (struct gemm_result){k->hidden, k->shape->ld_hidden, false});
        lap_product(&l->intermediate, k->rows, columns);
        activate(b, k, l, first, columns);
    }
    return (struct gemm_rows){k->taken_wide, k->rows, taken_bytes(&l->out)};
}

static void out_of_attention(const struct bert *b, const struct block *k, const struct bert_layer *l)
{
    size_t h = b->config->hidden_size;
    float *x = b->x + k->first * h;
    struct gemm_rows context = take(k, &l->attention_out, b->saved->context + k->first * h, h, k->taken);
    multiply(k, &l->attention_out, context, NULL, k->sum, k->shape->ld);
    add_and_norm(b, k, &l->attention_out, &l->attention_norm, x, h, k->y, k->shape->ld);
    struct gemm_rows hidden = expand(b, k, l, take(k, &l->intermediate, k->y, k->shape->ld, k->taken));
    multiply(k, &l->out, hidden, NULL, k->sum, k->shape->ld);
    add_and_norm(b, k, &l->out, &l->out_norm, k->y, k->shape->ld, x, h);
}

/* Call `work` for all rows of the batch, in blocks of nearly one size, as many for each thread. */
static void run_blocks(const struct bert *b, const struct block_shape *s, const struct bert_layer *l,
                       const struct bert_batch *batch,
                       void (*work)(const struct bert *b, const struct block *k, const struct bert_layer *l))
{
    size_t start = batch->start[0], n = batch->start[batch->n_sentences] - start;
#pragma omp parallel
    {
        size_t blocks = round_up((n + s->max_rows - 1) / s->max_rows, (size_t)omp_get_num_threads());
#pragma omp for schedule(dynamic)
        for (size_t i = 0; i < blocks; i++) {
            struct block k = block_at(s, start + i * n / blocks, (i + 1) * n / blocks - i * n / blocks);
            work(b, &k, l);
        }
    }
}

void bert_layer_in_blocks(const struct bert *b, const struct bert_layer *l, const struct bert_batch *batch)
{
    struct block_shape shape = shape_of(b, l);
    struct attention attention = bert_attention(b, batch, 0, b->saved->qkv, NULL);
    run_blocks(b, &shape, l, batch, into_attention);
    attention_forward(&attention, b->saved->context);
    lap("attention", 4 * attention_pairs(batch) * (double)b->config->hidden_size);
    run_blocks(b, &shape, l, batch, out_of_attention);
}
