/* train: a stream of batches into steps of an optimiser. */
#ifndef TAGPIPE_TRAIN_TRAINER_H
#define TAGPIPE_TRAIN_TRAINER_H

#include <signal.h>

#include "bert/engine.h"
#include "train/schedule.h"
#include "stream/filter.h"

struct train_options {
    double learning_rate, weight_decay, epochs, warmup, clip, beta1, beta2, epsilon;
    int schedule;                   /* enum schedule */
    int precision;                  /* enum precision: PRECISION_FP32 or PRECISION_BF16 */
    size_t accumulate;              /* batches a step */
    size_t max_steps;               /* of the whole training; 0: as epochs say */
    size_t stop_after, save_every;  /* steps of this run; 0: no limit, only at the end */
    uint64_t seed;
    const char *freeze;             /* patterns of parameter names, parted by commas; NULL: none */
    double label_smoothing, layer_decay;    /* 0 and 1: none */
    const char *class_weights;      /* LABEL=X,... as of train_class_weights; NULL: none */
    bool no_dropout, restart, progress;
};

/* One record of a stream of batches, checked against the model; used again from record to record. */
struct train_batch {
    uint64_t epoch, number;
    struct array_ints input_ids, labels, mask;
    struct array_sizes start, label_start, mask_start;
    struct bert_batch packed;
};
/* The checks: equal rows, ids within the vocabulary, labels within the model's or -100, no sentence longer than the model's
 * positions. Rows padded by mkbatch --pad are cut where their attention_mask is 0. */
void train_batch_read(struct train_batch *batch, const struct record *record, const struct config *config);
void train_batch_free(struct train_batch *batch);
/* Append the ids of the batch's sentences to a list for a message; frees `text` (NULL: a new list). */
char *train_batch_ids(char *text, const struct record *record);

/* frozen [params->n_parameters], from patterns as of fnmatch(3); dies for one that matches no parameter. NULL: none. */
bool *train_freeze(const struct params *params, const char *patterns);

/* Weights [C] of labels from "PATTERN=X,...", patterns as of fnmatch(3), the last that fits; 1 where none does. Dies for one
 * that matches no label. NULL: none. */
float *train_class_weights(const struct config *config, const char *text);

/* Factors [params->n_parameters] of the learning rate: 1 for the classifier, decay for the last of n_layers layers, and so on
 * down to decay^(n_layers + 1) for the embeddings. NULL if decay is 1. */
double *train_rate_factors(const struct params *params, size_t n_layers, double decay);

/* Train the model of `dir` with the batches of `in`, report each step on `out`, save in `save_dir`. Returns false if *stop ended
 * it: everything is saved, but the stream `out` must not get its trailer. */
bool train_run(const char *dir, const char *save_dir, struct filter *filter, const struct train_options *options,
               const volatile sig_atomic_t *stop);

/* Declare the fields of a report. */
void train_adds(struct filter *filter);

#endif
