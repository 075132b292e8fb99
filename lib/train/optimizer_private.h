/* optimizer_private: what the optimizer's files share. */
#ifndef TAGPIPE_TRAIN_OPTIMIZER_PRIVATE_H
#define TAGPIPE_TRAIN_OPTIMIZER_PRIVATE_H

#include "train/optimizer.h"

struct optimizer_chunk {
    size_t parameter, offset, size;
};

/* Apply all deferred matrices. */
void optimizer_apply_matrices(struct optimizer *optimizer);

/* One more factor for the rows that are not. */
void optimizer_defer_decay(struct optimizer *optimizer, float decay);
/* Apply what is deferred of one row, w [columns]. */
void optimizer_decay_row(struct optimizer *optimizer, size_t row, size_t columns, float *w);

#endif
