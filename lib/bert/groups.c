/* bert_groups: the encoder's layers where the weights are packed, for groups of sentences side by side. A thread takes a group
 * through a layer while its rows are in the caches; a layer's weights serve many groups while they are in the third one. No
 * thread waits for another before the end. */
#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "bert/engine_private.h"
#include "base/profile.h"

/* Whole sentences that go through the layers together. `progress`: twice the layers done, and 1 while a thread is at it;
 * `thread`: the one that was there last, in whose cache the rows are. */
struct batcher { struct packed_batch batch; atomic_size_t progress, thread; };

/* Of about as many rows, as many for each thread; returns the rows of the longest one. */
static size_t make_groups(const struct packed_batch *batch, size_t most, struct batcher *group, size_t *n_groups)
{
    size_t n = batch->start[batch->n_sentences], threads = (size_t)omp_get_max_threads();
    size_t parts = round_up((n + most - 1) / most, threads), longest = 0, done = 0;
    *n_groups = 0;
    for (size_t i = 0; i < parts && done < batch->n_sentences; i++) {
        size_t end = done + 1;
        while (end < batch->n_sentences && batch->start[end + 1] <= (i + 1) * n / parts)
            end++;
        group[(*n_groups)++] = (struct batcher){{.n_sentences = end - done, .start = batch->start + done}, 0, i * threads / parts};
        size_t rows = batch->start[end] - batch->start[done];
        longest = rows > longest ? rows : longest;
        done = end;
    }
    return longest;
}

/* A group that nobody is at, for `thread`: of the first layer that has one, but its own before it is two layers behind with
 * another's. NULL and *done: all of them went through all layers. */
static struct batcher *claim(struct batcher *group, size_t n, size_t layers, size_t thread, bool *done)
{
    enum { BEHIND = 2 };
    struct batcher *best = NULL;
    size_t best_key = SIZE_MAX, best_progress = 0;
    *done = true;
    for (size_t i = 0; i < n; i++) {
        size_t progress = atomic_load(&group[i].progress), layer = progress / 2;
        *done = *done && layer == layers;
        if (progress % 2 || layer == layers)
            continue;
        size_t key = layer + (atomic_load(&group[i].thread) == thread ? 0 : BEHIND);
        if (key < best_key)
            best = &group[i], best_key = key, best_progress = progress;
    }
    return best && atomic_compare_exchange_strong(&best->progress, &best_progress, best_progress + 1) ? best : NULL;
}

/* All layers of all groups. */
static void run_groups(const struct bert *b, struct batcher *group, size_t n)
{
    size_t layers = b->config->num_hidden_layers;
#pragma omp parallel
    for (bool done = false; !done; ) {
        size_t thread = (size_t)omp_get_thread_num();
        struct batcher *mine = claim(group, n, layers, thread, &done);
        if (!mine) {
            sched_yield();
            continue;
        }
        atomic_store(&mine->thread, thread);
        bert_layer_in_blocks(b, &b->layer[atomic_load(&mine->progress) / 2], &mine->batch);
        atomic_fetch_add(&mine->progress, 1);
    }
    profile_lap("waiting", "forward", 0, 0);
}

bool bert_groups(const struct bert *b, const struct packed_batch *batch)
{
    size_t n = batch->start[batch->n_sentences], threads = (size_t)omp_get_max_threads(), layers = b->config->num_hidden_layers;
    if (layers == 0 || !b->own || (b->precision != PRECISION_INT8 && n < TILE_ROWS * threads))
        return false;
    struct batcher *group = xmalloc(batch->n_sentences + 1, sizeof *group);
    size_t n_groups, longest = make_groups(batch, bert_block_rows(&b->layer[0]), group, &n_groups);
    if (longest * threads <= n)
        run_groups(b, group, n_groups);
    else                                                        /* the threads share each sentence */
        for (size_t i = 0; i < layers; i++)
            bert_layer_in_blocks(b, &b->layer[i], batch);
    free(group);
    return true;
}
