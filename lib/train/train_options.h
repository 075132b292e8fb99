/* train_options: what a training is told. */
#ifndef TAGPIPE_TRAIN_TRAIN_OPTIONS_H
#define TAGPIPE_TRAIN_TRAIN_OPTIONS_H

#include "base/util.h"
#include "gemm/precision.h"
#include "stream/pieces.h"
#include "train/schedule.h"

struct train_options {
    double learning_rate, weight_decay, epochs, warmup, clip, beta1, beta2, epsilon;
    int schedule;                  /* enum schedule */
    int precision;                 /* enum precision, but not PRECISION_INT8 */
    size_t accumulate;             /* batches a step */
    size_t max_steps;              /* of the whole training; 0: as epochs say */
    size_t stop_after, save_every; /* steps of this run; 0: no limit, only at the end */
    uint64_t seed;
    const char *freeze;                  /* as train_rules_freeze takes it; NULL: none */
    double label_smoothing, layer_decay; /* 0 and 1: none */
    const char *class_weights;           /* as train_rules_class_weights takes it; NULL: none */
    bool no_dropout, restart, progress, dry_run;
    struct pieces_labels stream_labels; /* {0}: the stream's label ids are the model's */
};

/* All options that the numbers depend on, as text, and the number of sentences (0: not known): the state of a training only fits
 * the same text. The caller frees. */
char *train_options_text(const struct train_options *options, int64_t examples);
/* Whether two of these texts differ at most in the length of the training, --epochs and --max-steps. */
bool train_options_fit(const char *a, const char *b);
/* Steps of the optimiser in the whole training. Dies if the stream does not tell its batches an epoch (0) and max_steps is not
 * set. */
uint64_t train_options_total_steps(const struct train_options *options, int64_t batches);

#endif
