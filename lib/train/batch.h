/* batch: which sentences go together into a training step. */
#ifndef TAGPIPE_TRAIN_BATCH_H
#define TAGPIPE_TRAIN_BATCH_H

#include "base/util.h"

struct batch_options {
    uint64_t seed, epoch;
    bool shuffle;
    size_t batch_size; /* sentences a batch, if tokens is 0 */
    size_t tokens;     /* or: pieces a batch at most; a longer sentence is a batch of its own */
    size_t bucket;     /* sort each chunk of so many batches by length, then shuffle the batches; 0: do not sort */
};

/* order [n]: sentences as the batches take them; start [*n_batches + 1]: batch b has order[start[b]] .. order[start[b + 1]).
 * A pure function of the options and the lengths (in pieces). Caller frees both. */
void batch_plan(const struct batch_options *options, size_t n, const size_t *length, size_t **order, size_t **start,
                size_t *n_batches);

#endif
