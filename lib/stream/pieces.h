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

#endif
