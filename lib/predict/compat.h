/* compat: whether a stream and a model fit together: labels and vocabulary, before the first record. */
#ifndef TAGPIPE_PREDICT_COMPAT_H
#define TAGPIPE_PREDICT_COMPAT_H

#include "model/params.h"
#include "stream/filter.h"
#include "stream/pieces.h"

/* What the ids of `labels` (aligned labels) are for the model: labels are compared by name. Dies unless the label set is the
 * model's, in any order. A stream that has label sets of tags only passes if one of them is part of the model's; a stream without
 * any label set always passes. `dir` is for the message. */
struct pieces_labels compat_labels(const struct header *header, const struct config *config, const char *dir);
/* The same for a user who says that any labels will do: by name if the model has all of them, else the ids as they are; with
 * `warns` a line on standard error says so. */
struct pieces_labels compat_any_labels(const struct header *header, const struct config *config, bool warns);

/* Die unless the stream's pieces come from the vocabulary of the model's tokenizer. A stream that does not tell passes, and so
 * does a model directory without tokenizer files. */
void compat_vocab(const struct header *header, const char *dir);

#endif
