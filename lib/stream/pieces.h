/* pieces: the one check of a sentence's pieces and labels, before a model computes with them. */
#ifndef TAGPIPE_STREAM_PIECES_H
#define TAGPIPE_STREAM_PIECES_H

#include "base/util.h"

/* What the model takes. */
struct pieces_limits {
    size_t max_pieces, vocab_size, n_labels;
};

/* NULL if there is a piece, not more than the model takes, each id within its vocabulary, each label (labels NULL: there are
 * none) LABEL_NONE or one of the model's. Else what is wrong, for a message; the caller frees it. */
char *pieces_check(const struct pieces_limits *limits, size_t n, const int32_t *input_ids, const int32_t *labels);

/* What the label ids of a stream are for a model that has the same labels in another order. */
struct pieces_labels {
    size_t n;    /* the stream's labels */
    int32_t *id; /* [n] the model's id of each; NULL: the ids are the model's */
};
/* Replace them in label [n], each of which is LABEL_NONE or below labels->n. */
void pieces_map_labels(const struct pieces_labels *labels, size_t n, int32_t *label);

#endif
