/* agree: what a stream and a model must agree on before the first record is computed, and what a record must keep to. */
#ifndef TAGPIPE_PREDICT_COMPAT_H
#define TAGPIPE_PREDICT_COMPAT_H

#include "model/params.h"
#include "stream/filter.h"

/* Die unless the names of the inventory `labels` (of aligned labels) are the model's, in its order. A stream that has only
 * inventories of tags passes if one of them lies within the model's names, one without any inventory always. */
void compat_labels(const struct header *header, const struct bert_config *config, const char *dir);

/* Die unless the stream's pieces come from the vocabulary of the model's tokenizer; a stream that does not tell passes. */
void compat_vocab(const struct header *header, const char *dir);

/* Die unless there is a piece, not more than the model has positions, each id within its vocabulary. */
void compat_ids(const struct record *record, const struct bert_config *config, const int32_t *input_ids, size_t n);
/* Die unless there is one label a piece, -100 or within the model's labels. */
void compat_targets(const struct record *record, const struct bert_config *config, size_t n_ids, const int32_t *labels,
                   size_t n);

#endif
