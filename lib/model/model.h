/* model: a directory in the Hugging Face layout (config.json, model.safetensors, the tokenizer's files).
 *
 * Dimensions, here and in every comment of the engine:
 *     B sentences of a batch        H hidden_size                 C labels
 *     T pieces of one sentence      A attention heads             V vocabulary
 *     N packed pieces of a batch    D head size, H / A            P max_position_embeddings
 *                                   I intermediate_size           L layers */
#ifndef TAGPIPE_MODEL_MODEL_H
#define TAGPIPE_MODEL_MODEL_H

#include <jansson.h>
#include "base/util.h"

/* GELU_POLYNOMIAL: gelu without an exponential, for what is rounded to 8 bits behind it (ops_activation.c). */
enum activation { GELU, GELU_NEW, RELU, GELU_POLYNOMIAL, N_ACTIVATIONS };

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

/* One trainable tensor of the architecture, in the order of the parameter array. */
struct parameter {
    char *name;                  /* "bert.encoder.layer.0.attention.self.query.weight" */
    size_t rows, columns;        /* [rows, columns]; a vector has rows 1 */
    bool is_vector;
    size_t offset, size;         /* in floats, into weights, gradients and moments alike */
};

/* All parameters lie in one array of floats, with one layout for weights, gradients and both moments. query, key and value
 * of a layer follow one another, weights and biases each, so that a fused [3H,H] product can run over them. */
struct layout {
    size_t n_parameters; struct parameter *parameter;
    size_t n_floats;
};
struct layout *layout_new(const struct bert_config *config);
const struct parameter *layout_find(const struct layout *layout, const char *name);      /* NULL: none */
/* The number of the parameter that holds the float at `offset`, or is the last before it. */
size_t layout_at(const struct layout *layout, size_t offset);
void layout_free(struct layout *layout);

#endif
