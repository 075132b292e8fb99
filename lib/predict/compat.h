/* compat: whether a stream and a model fit together: labels and vocabulary, before the first record. */
#ifndef TAGPIPE_PREDICT_COMPAT_H
#define TAGPIPE_PREDICT_COMPAT_H

#include "model/params.h"
#include "stream/filter.h"

/* Die unless the label set of `labels` (aligned labels) is the model's, in the same order. A stream that has label sets of tags
 * only passes if one of them is part of the model's; a stream without any label set always passes. `dir` is for the message. */
void compat_labels(const struct header *header, const struct config *config, const char *dir);

/* Die unless the stream's pieces come from the vocabulary of the model's tokenizer. A stream that does not tell passes, and so
 * does a model directory without tokenizer files. */
void compat_vocab(const struct header *header, const char *dir);

#endif
