/* checkpoint: a model directory with the state of its training: DIR/model.safetensors and DIR/optimizer.safetensors (moments
 * exp_avg.NAME and exp_avg_sq.NAME; everything else in its metadata).
 *
 * The two files change together, whenever the process is killed. Both are written under temporary names; then the state
 * is renamed to optimizer.safetensors.next, the model to its name, and .next to its own. Each state names the hash of the
 * weights that it belongs to, so whoever opens the directory next sees which renames happened, and does the rest. */
#ifndef TAGPIPE_TRAIN_CHECKPOINT_H
#define TAGPIPE_TRAIN_CHECKPOINT_H

#include "train/optimizer.h"

struct checkpoint {
    uint64_t step, total;           /* optimiser steps done, and of the whole training */
    uint64_t epoch, batch;          /* of the last batch that was used */
    uint64_t batches, samples;      /* batches (dropout's counter) and sentences used in all */
    char *options;                  /* all that the numbers depend on, as options */
};

/* Read the state of `dir` into the optimizer's moments and *state; false if there is none. Dies if it belongs to other
 * weights than these, or came from other options than state->options. state->total is left alone if there is none. */
bool checkpoint_load(const char *dir, const float *weights, struct optimizer *optimizer, struct checkpoint *state);

/* Write weights and state. The other files of the model are the caller's. */
void checkpoint_save(const char *dir, const float *weights, const struct optimizer *optimizer, const struct checkpoint *state);

#endif
