/* batch_store: all sentences of a stream, what batches need of them: a shuffle may put the last sentence first. */
#ifndef TAGPIPE_TRAIN_BATCH_STORE_H
#define TAGPIPE_TRAIN_BATCH_STORE_H

#include "base/buffer.h"
#include "stream/filter.h"

/* {0} at first, but the caller sets has_labels. */
struct batch_store {
    bool has_labels;
    size_t n;                            /* sentences */
    struct array_ints input_ids, labels; /* sentence s has the pieces start[s] .. start[s + 1) */
    struct buffer id;                    /* its id, nil if it has none, is the bytes id_start[s] .. id_start[s + 1) */
    struct array_sizes start, id_start;
    struct array_ints one; /* of the record at hand */
};
/* Dies if the record has no pieces, or another number of labels. */
void batch_store_add(struct batch_store *store, const struct record *record);
void batch_store_free(struct batch_store *store);
size_t batch_store_length(const struct batch_store *store, size_t sentence); /* pieces */

#endif
