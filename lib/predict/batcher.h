/* batcher: sentences of a stream that a model computes together. */
#ifndef TAGPIPE_PREDICT_BATCHER_H
#define TAGPIPE_PREDICT_BATCHER_H

#include "base/outfile.h"
#include "bert/engine.h"
#include "stream/filter.h"
#include "stream/pieces.h"

struct batcher;

/* Loss over everything that was computed so far. */
struct batcher_loss {
    double sum;
    size_t labelled, sentences; /* sum of the cross-entropy over the labelled pieces */
    double mean;                /* Trainer's: mean of batch means, weighted by sentences */
};

/* `loss`: read labels and write each sentence's loss. `batch`: how many sentences Trainer's batches have. */
struct batcher *batcher_new(struct bert *bert, const struct config *config, bool loss, size_t batch);
/* The ids of the stream's labels, for the loss; without it they are the model's. */
void batcher_set_labels(struct batcher *batcher, struct pieces_labels labels);
/* Keep a copy of the record until the next batcher_run. Dies if the model cannot take it. */
void batcher_add(struct batcher *batcher, const struct record *record);
/* Pieces that were added and are not computed yet. A record with much else in it counts for more: memory stays bounded. */
size_t batcher_size(const struct batcher *batcher);
/* Compute the records that were added; write them in their order with `logits`, and `loss` if that is wanted. Dies if a logit is
 * not finite. */
void batcher_run(struct batcher *batcher, struct filter *filter);
struct batcher_loss batcher_loss(const struct batcher *batcher);
/* The two means: a line on standard error, or a JSON object in `file`, which is committed. */
void batcher_print_loss(const struct batcher *batcher, struct outfile *file);
void batcher_free(struct batcher *batcher);

#endif
