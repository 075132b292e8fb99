/* batch: which sentences go together into a training step. */
#include "train/batch.h"

#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

/* Each epoch has two streams of random numbers: 0 shuffles the sentences, 1 the batches of buckets. */
static uint64_t stream(const struct batch_options *o, uint64_t which)
{
    return 2 * o->epoch + which;
}

struct keyed {
    size_t length, place, sentence;
};

static int by_length(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->length != y->length)
        return x->length < y->length ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static void sort_chunk(size_t n, size_t *order, const size_t *length)
{
    struct keyed *key = xmalloc(n, sizeof *key);
    for (size_t i = 0; i < n; i++)
        key[i] = (struct keyed){length[order[i]], i, order[i]};
    qsort(key, n, sizeof *key, by_length);
    for (size_t i = 0; i < n; i++)
        order[i] = key[i].sentence;
    free(key);
}

static size_t cut(const struct batch_options *o, size_t n, const size_t *order, const size_t *length, size_t *start)
{
    size_t batches = 0, sentences = 0, tokens = 0;
    for (size_t i = 0; i < n; i++) {
        size_t size = length[order[i]];
        bool full = o->tokens ? tokens + size > o->tokens : sentences == o->batch_size;
        if (i == 0 || full) {
            start[batches++] = i;
            sentences = tokens = 0;
        }
        sentences++;
        tokens += size;
    }
    start[batches] = n;
    return batches;
}

/* Whole batches change their places. */
static void shuffle_batches(const struct batch_options *o, size_t n, size_t batches, size_t *order, size_t *start)
{
    size_t *new_order = xmalloc(n, sizeof *new_order), *new_start = xmalloc(batches + 1, sizeof *new_start);
    size_t *place = xmalloc(batches, sizeof *place), used = 0;
    rng_shuffle(o->seed, stream(o, 1), batches, place);
    for (size_t b = 0; b < batches; b++) {
        size_t first = start[place[b]], size = start[place[b] + 1] - first;
        new_start[b] = used;
        memcpy(new_order + used, order + first, size * sizeof *order);
        used += size;
    }
    new_start[batches] = used;
    memcpy(order, new_order, n * sizeof *order);
    memcpy(start, new_start, (batches + 1) * sizeof *start);
    free(new_order);
    free(new_start);
    free(place);
}

void batch_plan(const struct batch_options *o, size_t n, const size_t *length, size_t **order_out, size_t **start_out,
                size_t *n_batches)
{
    size_t *order = xmalloc(n, sizeof *order), *start = xmalloc(n + 1, sizeof *start);
    for (size_t i = 0; i < n; i++)
        order[i] = i;
    if (o->shuffle)
        rng_shuffle(o->seed, stream(o, 0), n, order);
    if (o->bucket) {
        size_t batch = o->batch_size ? o->batch_size : 1, chunk = o->bucket > n / batch ? n : o->bucket * batch;
        for (size_t i = 0; i < n; i += chunk)
            sort_chunk(n - i < chunk ? n - i : chunk, order + i, length);
    }
    *n_batches = cut(o, n, order, length, start);
    if (o->bucket && o->shuffle)
        shuffle_batches(o, n, *n_batches, order, start);
    *order_out = order;
    *start_out = start;
}
