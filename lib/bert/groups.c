/* groups: the encoder's layers where the weights are fixed, for groups of sentences side by side.
 *
 * What it is for: a large batch through one layer after the other is read from memory and written there for each layer, and
 * all threads wait for the slowest after each product. A group is as many whole sentences as fit a thread's second-level
 * cache. One thread takes one group through one layer; the rows stay in its cache, and the layer's weights stay in the shared
 * third-level cache while other groups use them.
 *
 * How it works: all threads loop over `claim` and bert_layer_in_blocks. There is no queue and no lock: the groups are few, so
 * a thread looks at all of them, and takes one by a compare-and-swap of its `progress`. An odd progress means that a thread
 * works on the group. A thread that finds nothing yields its processor and looks again.
 *
 * What it costs: no barrier before the end; at the end threads wait up to one group's layer for one another ("waiting" in the
 * profile).
 *
 * What must not follow what: layer k + 1 of a group begins only after layer k of the same group; groups do not depend on one
 * another. A group's rows of b->x, b->saved->qkv and b->saved->context belong to the thread that has claimed it. */
#include <omp.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "bert/engine_private.h"
#include "base/profile.h"

/* `progress`: twice the layers done, plus 1 while a thread works on it. `thread`: the last one that did. */
struct group {
    struct bert_batch batch;
    atomic_size_t progress, thread;
};

/* Cut the batch into groups of about max_rows rows, as many for each thread. Returns the rows of the longest one. */
static size_t make_groups(const struct bert_batch *batch, size_t max_rows, struct group *group, size_t *n_groups)
{
    size_t n = batch->start[batch->n_sentences], threads = (size_t)omp_get_max_threads();
    size_t parts = round_up((n + max_rows - 1) / max_rows, threads), longest = 0, done = 0;
    *n_groups = 0;
    for (size_t i = 0; i < parts && done < batch->n_sentences; i++) {
        size_t end = done + 1;
        while (end < batch->n_sentences && batch->start[end + 1] <= (i + 1) * n / parts)
            end++;
        group[(*n_groups)++] = (struct group){{.n_sentences = end - done, .start = batch->start + done}, 0, i * threads / parts};
        size_t rows = batch->start[end] - batch->start[done];
        longest = rows > longest ? rows : longest;
        done = end;
    }
    return longest;
}

/* Claim an idle group: the one furthest behind, but prefer this thread's last one (its rows are cached) unless another lags
 * more than two layers. NULL: there is none at the moment; *done: all groups went through all layers. */
static struct group *claim(struct group *group, size_t n, size_t layers, size_t thread, bool *done)
{
    enum { LAG = 2 };
    struct group *best = NULL;
    size_t best_key = SIZE_MAX, best_progress = 0;
    *done = true;
    for (size_t i = 0; i < n; i++) {
        size_t progress = atomic_load(&group[i].progress), layer = progress / 2;
        *done = *done && layer == layers;
        if (progress % 2 || layer == layers)
            continue;
        size_t key = layer + (atomic_load(&group[i].thread) == thread ? 0 : LAG);
        if (key < best_key)
            best = &group[i], best_key = key, best_progress = progress;
    }
    return best && atomic_compare_exchange_strong(&best->progress, &best_progress, best_progress + 1) ? best : NULL;
}

static void run_groups(const struct bert *b, struct group *group, size_t n)
{
    size_t layers = b->config->num_hidden_layers;
#pragma omp parallel
    for (bool done = false; !done;) {
        size_t thread = (size_t)omp_get_thread_num();
        struct group *mine = claim(group, n, layers, thread, &done);
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

bool bert_groups(const struct bert *b, const struct bert_batch *batch)
{
    size_t n = batch->start[batch->n_sentences], threads = (size_t)omp_get_max_threads(), layers = b->config->num_hidden_layers;
    if (layers == 0 || !b->own || (b->precision != PRECISION_INT8 && n < BERT_TILE_ROWS * threads))
        return false;
    struct group *group = xmalloc(batch->n_sentences + 1, sizeof *group);
    size_t n_groups, longest = make_groups(batch, bert_block_rows(&b->layer[0]), group, &n_groups);
    if (longest * threads <= n)
        run_groups(b, group, n_groups);
    else /* one group would keep all others waiting: share each layer */
        for (size_t i = 0; i < layers; i++)
            bert_layer_in_blocks(b, &b->layer[i], batch);
    free(group);
    return true;
}
