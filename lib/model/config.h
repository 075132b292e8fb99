/* config: config.json of a model directory in the layout of Hugging Face.
 *
 * The legend of dimensions, for every comment of the engine:
 *     B sentences of a batch        H hidden_size                 C labels
 *     T pieces of one sentence      A attention heads             V vocabulary
 *     N packed pieces of a batch    D head size, H / A            P max_position_embeddings
 *     E embedding_size, mostly H    I intermediate_size           L layers */
#ifndef TAGPIPE_MODEL_CONFIG_H
#define TAGPIPE_MODEL_CONFIG_H

#include <jansson.h>

#include "base/util.h"
#include "math/activation.h"
#include "model/arch.h"

enum { CONFIG_SIZE_MAX = 1 << 24 }; /* the largest of the sizes below */
#define CONFIG_NONE SIZE_MAX

/* The names are those of transformers' BertConfig, whatever the architecture calls them (arch.c has the keys). */
struct config {
    const struct arch *arch;
    size_t vocab_size, embedding_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size;
    size_t max_position_embeddings, type_vocab_size;
    enum activation hidden_act;
    double hidden_dropout_prob;        /* after the embeddings and at the end of each layer */
    double attention_out_dropout_prob; /* after the attention's dense layer */
    double attention_probs_dropout_prob, classifier_dropout, initializer_range, layer_norm_eps;
    bool sinusoidal_positions; /* how new position embeddings are made; nothing else */
    size_t pad_token_id;       /* CONFIG_NONE: no piece is padding */
    size_t num_labels;
    char **label; /* [C] names in the order of their ids */
    json_t *json; /* the file as it was read: config_write keeps unknown keys */
};

/* Read DIR/config.json. Dies if the architecture or the activation is unknown, or a size is missing or absurd. */
struct config *config_read(const char *dir);
struct config *config_read_file(const char *path);
/* Names are copied. */
void config_set_labels(struct config *config, size_t n, const char *const *label);
/* Write DIR/config.json as transformers does (sorted keys, id2label and label2id unless LABEL_0.., architectures). */
void config_write(const struct config *config, const char *dir);
/* The same, brought to the disk; the caller commits it. */
struct outfile *config_write_sync(const struct config *config, const char *dir);
void config_free(struct config *config);

/* The most pieces of a sentence, whatever they are. */
static inline size_t config_max_pieces(const struct config *c)
{
    return c->max_position_embeddings - (c->arch->counts_positions ? c->pad_token_id + 1 : 0);
}

/* Whether the rows of a piece in the embeddings are those of padding, which training leaves alone. */
static inline bool config_is_padding(const struct config *c, int32_t id)
{
    return (size_t)id == c->pad_token_id;
}

/* The row of a piece in the position embeddings; *counted (0 at first) is for the next piece of the sentence. */
static inline size_t config_position(const struct config *c, int32_t id, size_t *counted)
{
    if (!c->arch->counts_positions)
        return (*counted)++;
    return config_is_padding(c, id) ? c->pad_token_id : c->pad_token_id + ++*counted;
}

#endif
