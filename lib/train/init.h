/* init: the parts of a model directory to train: labels of a head, a folder without another model's files, the tokenizer. */
#ifndef TAGPIPE_TRAIN_INIT_H
#define TAGPIPE_TRAIN_INIT_H

#include "model/config.h"

/* Take the labels of a model directory, or of a stream in a file: those of `field`; NULL: of labels, of ner_tags, or of the only
 * field that has some. Dies, with the fields that have labels, if there are none. Returns whether the stream was cut with
 * wptok --add-prefix-space. */
bool init_labels_from_stream(struct config *config, const char *path, const char *field);
/* Take "A,B,...". Dies of a misuse if there is none, one twice, or more than INIT_LABELS_MAX. */
enum { INIT_LABELS_MAX = 1024 };
void init_labels_from_list(struct config *config, const char *list);

/* All that was staged (base/stage.h) becomes the model of the folder, whose old weights and state go. The old tokenizer goes,
 * too, if there is a new one. */
struct stage;
void init_commit(struct stage *stage, bool has_tokenizer);
/* The tokenizer of a new model. */
struct init_tokenizer {
    const char *source;           /* a directory with the tokenizer's files, or a vocab.txt; NULL: none */
    bool is_own;                  /* it is the checkpoint's */
    bool cased, uncased;          /* what the new files shall say; neither: what the old ones say */
    bool prefix_space;            /* the new files shall say add_prefix_space */
    bool stream_has_prefix_space; /* so shall they if the tokenizer has this option */
    const char *class;            /* found by init_check_tokenizer: vocab_class */
};
/* Before anything is written: die if it is not BERT's, or if a vocabulary from elsewhere is longer than the model's embeddings;
 * warn if the checkpoint's own is, which does no harm before one of its last pieces occurs. */
void init_check_tokenizer(struct init_tokenizer *tokenizer, const struct config *config);
/* Copy the files into `dir`, with what they shall say. */
void init_copy_tokenizer(const struct init_tokenizer *tokenizer, const char *dir);
/* The config.json of another directory, as it is. */
void init_copy_config(const char *from, const char *dir);
/* Write DIR/model.safetensors. */
struct params;
void init_weights(const struct params *params, const float *weights, const char *dir);

#endif
