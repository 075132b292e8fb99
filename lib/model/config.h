/* config: config.json of a model directory in the Hugging Face layout.
 *
 * Dimensions, here and in every comment of the engine:
 *     B sentences of a batch        H hidden_size                 C labels
 *     T pieces of one sentence      A attention heads             V vocabulary
 *     N packed pieces of a batch    D head size, H / A            P max_position_embeddings
 *                                   I intermediate_size           L layers */
#ifndef TAGPIPE_MODEL_CONFIG_H
#define TAGPIPE_MODEL_CONFIG_H

#include <jansson.h>

#include "base/util.h"
#include "math/activation.h"

/* BertConfig of transformers; names and defaults are its own. */
struct bert_config {
    size_t vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size;
    size_t max_position_embeddings, type_vocab_size;
    enum activation hidden_act;
    double hidden_dropout_prob, attention_probs_dropout_prob, classifier_dropout, initializer_range, layer_norm_eps;
    size_t pad_token_id;
    size_t num_labels; char **label;         /* [C] names in the order of their ids */
    json_t *json;                            /* the file as it was read: unknown keys are kept on writing */
};

/* Read DIR/config.json. Dies on another architecture, a missing or absurd size, an unknown activation. */
struct bert_config *config_read(const char *dir);
struct bert_config *config_read_file(const char *path);
void config_set_labels(struct bert_config *config, size_t n, const char *const *label);
/* Write DIR/config.json as transformers does (sorted keys, id2label and label2id unless LABEL_0.., architectures). */
void config_write(const struct bert_config *config, const char *dir);
void config_free(struct bert_config *config);

#endif
