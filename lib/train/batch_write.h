/* batch_write: batches of stored sentences into a stream. */
#ifndef TAGPIPE_TRAIN_BATCH_WRITE_H
#define TAGPIPE_TRAIN_BATCH_WRITE_H

#include "train/batch_store.h"

/* Rows are as long as their sentences; or, with `pad`, as the usual collator of transformers writes them: filled up with pad_id
 * (labels with LABEL_NONE) to the longest one of the batch, with attention_mask and token_type_ids. */
struct batch_format {
    bool pad;
    int32_t pad_id;
};

/* Declare the fields of a batch. */
void batch_write_adds(struct filter *filter, const struct batch_store *store, const struct batch_format *format);
/* Write batch `number` (from 0 on) of an epoch: the sentences order [n]. */
void batch_write(struct filter *filter, const struct batch_store *store, const struct batch_format *format, uint64_t epoch,
                 size_t number, size_t n, const size_t *order);

#endif
