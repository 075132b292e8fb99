/* group: sentences of a stream that a model computes together. */
#ifndef TAGPIPE_PREDICT_BATCHER_H
#define TAGPIPE_PREDICT_BATCHER_H

#include "bert/engine.h"
#include "stream/filter.h"

struct group;

/* Loss over everything that a group has computed. */
struct group_loss {
    double sum; size_t labelled, sentences;     /* sum of the cross-entropy over the labelled pieces */
    double mean;                                /* Trainer's: mean of batch means, weighted by sentences */
};

/* `loss`: read labels and write each sentence's loss. `batch`: how many sentences Trainer's batches have. */
struct group *group_new(struct bert *bert, const struct bert_config *config, bool loss, size_t batch);
/* Keep a copy of the record; dies if the model cannot take it. */
void group_add(struct group *group, const struct record *record);
/* Pieces that wait. Records that carry a lot else count for more, so that memory stays bounded. */
size_t group_size(const struct group *group);
/* Compute what waits and write it in the order in which it came. */
void group_run(struct group *group, struct filter *filter);
struct group_loss group_loss(const struct group *group);
void group_free(struct group *group);

#endif
