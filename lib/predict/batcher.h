/* group: sentences of a stream that a model computes together. */
#ifndef TAGPIPE_PREDICT_BATCHER_H
#define TAGPIPE_PREDICT_BATCHER_H

#include "bert/engine.h"
#include "stream/filter.h"

struct batcher;

/* Loss over everything that a group has computed. */
struct batcher_loss {
    double sum; size_t labelled, sentences;     /* sum of the cross-entropy over the labelled pieces */
    double mean;                                /* Trainer's: mean of batch means, weighted by sentences */
};

/* `loss`: read labels and write each sentence's loss. `batch`: how many sentences Trainer's batches have. */
struct batcher *batcher_new(struct bert *bert, const struct bert_config *config, bool loss, size_t batch);
/* Keep a copy of the record; dies if the model cannot take it. */
void batcher_add(struct batcher *group, const struct record *record);
/* Pieces that wait. Records that carry a lot else count for more, so that memory stays bounded. */
size_t batcher_size(const struct batcher *group);
/* Compute what waits and write it in the order in which it came. */
void batcher_run(struct batcher *group, struct filter *filter);
struct batcher_loss batcher_loss(const struct batcher *group);
void batcher_free(struct batcher *group);

#endif
