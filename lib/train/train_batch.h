/* train_batch: one record of a stream of batches. */
#ifndef TAGPIPE_TRAIN_TRAIN_BATCH_H
#define TAGPIPE_TRAIN_TRAIN_BATCH_H

#include "bert/engine.h"
#include "stream/filter.h"
#include "stream/pieces.h"

/* {0} at first; used again from record to record. */
struct train_batch {
    uint64_t epoch, number;
    struct array_ints input_ids, labels, mask;         /* one sentence after another */
    struct array_sizes start, label_start, mask_start; /* [B+1] */
    struct bert_batch packed;                          /* the same for the engine */
    struct pieces_labels stream_labels;                /* set by the caller; {0}: the ids are the model's */
};

/* Read a record; dies, naming the sentence, unless labels and pieces are equally many and fit the model (pieces_check). Rows that
 * mkbatch --pad filled up lose the pieces whose attention_mask is 0. */
void train_batch_read(struct train_batch *batch, const struct record *record, const struct config *config);
void train_batch_free(struct train_batch *batch);
/* Append the ids of the batch's sentences to a list for a message; frees `text` (NULL: a new list). */
char *train_batch_ids(char *text, const struct record *record);

#endif
