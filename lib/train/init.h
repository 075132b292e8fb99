/* init: the parts of a model directory to train: labels of a head, a folder without another model's files, the tokenizer. */
#ifndef TAGPIPE_TRAIN_INIT_H
#define TAGPIPE_TRAIN_INIT_H

#include "model/config.h"

/* Take the labels of a stream in a file: those of `field`; NULL: of labels, of ner_tags, or of the only field that has some.
 * Dies, with the fields that have labels, if there are none. */
void init_labels_from_stream(struct config *config, const char *path, const char *field);
/* Take "A,B,...". Dies of a misuse if there is none, one twice, or more than INIT_LABELS_MAX. */
enum { INIT_LABELS_MAX = 1024 };
void init_labels_from_list(struct config *config, const char *list);

/* Make a folder, without weights and state of another model: an interrupted run then leaves none. */
void init_folder(const char *dir);
/* Copy the tokenizer's files, or a vocab.txt, from `source` (NULL: none) and warn if there is none. Dies if the vocabulary is
 * larger than the model's embeddings. */
void init_tokenizer(const struct config *config, const char *source, const char *dir);
/* Write DIR/model.safetensors. */
struct params;
void init_weights(const struct params *params, const float *weights, const char *dir);

#endif
