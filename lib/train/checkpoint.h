/* checkpoint: a model directory with the state of its training: DIR/model.safetensors and DIR/optimizer.safetensors (the
 * moments exp_avg.NAME and exp_avg_sq.NAME, and of a run that was stopped `reports`, the bytes of [n] struct train_report;
 * everything else is in its metadata). Of the word embeddings only rows that ever had a gradient have moments; rows.NAME, the
 * bytes of [n] int32_t, tells which they are. States of version 0.4 have all rows, and can be read.
 *
 * The two files always fit together, even if the process is killed during a save. Both are written under temporary names. Then
 * the state is renamed to optimizer.safetensors.next, the model to its own name, and .next to its own name. Each state has the
 * hash of the weights that it belongs to. So checkpoint_load sees which renames happened and does the others, or takes them
 * back. */
#ifndef TAGPIPE_TRAIN_CHECKPOINT_H
#define TAGPIPE_TRAIN_CHECKPOINT_H

#include "train/optimizer.h"
#include "train/train_report.h"

struct checkpoint {
    uint64_t step, total;      /* optimiser steps done, and of the whole training */
    uint64_t epoch, batch;     /* of the last batch that was used */
    uint64_t batches, samples; /* batches (dropout's counter) and sentences used in all */
    char *options;             /* as train_options_text gives it */
    size_t n_reports, room;    /* steps so far of a run that has not ended; 0: it has ended */
    struct train_report *report;
    char began[17];    /* the hash of the weights that such a run began with */
    bool other_length; /* the state was saved by a training of another length */
};

/* Read the state of `dir` into the optimizer's moments and *state. Returns false, and changes nothing, if there is none. Dies
 * if the state belongs to other weights, or to other options than state->options; only the length may differ. */
bool checkpoint_load(const char *dir, const float *weights, struct optimizer *optimizer, struct checkpoint *state);

/* Whether `dir` has the state of a run that began with the weights of this hash and with these options, and has not ended. */
bool checkpoint_unfinished(const char *dir, const char *began, const char *options);

/* Write weights and state. The caller writes the other files of the model; nothing of the optimizer may be deferred. */
void checkpoint_save(const char *dir, const float *weights, const struct optimizer *optimizer, const struct checkpoint *state);

#endif
