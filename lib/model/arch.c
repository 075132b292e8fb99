/* arch: the table of architectures.
 *
 * How to add a family of encoders. One that computes what another one computes is a new row here and nothing else: its keys of
 * config.json, with transformers' own defaults (an alias, or one key for two members, is one more line: ARCH_KEEP), its class,
 * the names of its tensors. A line in tests/model/test_arch.c and golden vectors (tests/golden/bert.py) check it.
 *
 * Where a family computes something else, at most four more files:
 *     arch.h                         a module, or a property, that no other family has
 *     config.h                       a size that comes with it
 *     bert/forward.c, backward.c     what is computed with it
 * All else follows from the table: which parameters AdamW decays, the layer of each for --layer-decay, how new weights are
 * drawn, names of older files, what is saved. The tokenizer is a matter of its own (tokenizer/vocab_files.c). */
#include "model/arch.h"

#include <stdlib.h>
#include <string.h>

#include "model/config.h"

#define SIZE(key, member, min, otherwise)                                                                                        \
    {                                                                                                                            \
        key, ARCH_SIZE, offsetof(struct config, member), min, CONFIG_SIZE_MAX, otherwise, false                                  \
    }
#define REAL(key, member, max, otherwise)                                                                                        \
    {                                                                                                                            \
        key, ARCH_REAL, offsetof(struct config, member), 0, max, otherwise, false                                                \
    }
#define DROPOUT_MAX 0.999 /* 1 would leave nothing */

#define SHAPE(kind, rows, columns)                                                                                               \
    {                                                                                                                            \
        kind, offsetof(struct config, rows), offsetof(struct config, columns)                                                    \
    }
const struct arch_shape arch_shape[ARCH_MODULES] = {
    [ARCH_WORDS] = SHAPE(ARCH_EMBEDDING, vocab_size, embedding_size),
    [ARCH_POSITIONS] = SHAPE(ARCH_EMBEDDING, max_position_embeddings, embedding_size),
    [ARCH_TYPES] = SHAPE(ARCH_EMBEDDING, type_vocab_size, embedding_size),
    [ARCH_EMBEDDINGS_NORM] = SHAPE(ARCH_NORM, embedding_size, embedding_size),
    [ARCH_PROJECTION] = SHAPE(ARCH_LINEAR, hidden_size, embedding_size),
    [ARCH_QUERY] = SHAPE(ARCH_LINEAR, hidden_size, hidden_size),
    [ARCH_KEY] = SHAPE(ARCH_LINEAR, hidden_size, hidden_size),
    [ARCH_VALUE] = SHAPE(ARCH_LINEAR, hidden_size, hidden_size),
    [ARCH_ATTENTION_OUT] = SHAPE(ARCH_LINEAR, hidden_size, hidden_size),
    [ARCH_ATTENTION_NORM] = SHAPE(ARCH_NORM, hidden_size, hidden_size),
    [ARCH_INTERMEDIATE] = SHAPE(ARCH_LINEAR, intermediate_size, hidden_size),
    [ARCH_OUT] = SHAPE(ARCH_LINEAR, hidden_size, intermediate_size),
    [ARCH_OUT_NORM] = SHAPE(ARCH_NORM, hidden_size, hidden_size),
    [ARCH_CLASSIFIER] = SHAPE(ARCH_LINEAR, num_labels, hidden_size),
};

/* What BertConfig, ElectraConfig, RobertaConfig and its two subclasses have in common. */
#define BERT_KEYS(hidden, heads, intermediate)                                                                                   \
    SIZE("vocab_size", vocab_size, 1, ARCH_NEEDED), SIZE("hidden_size", hidden_size, 1, hidden),                                 \
        SIZE("num_hidden_layers", num_hidden_layers, 0, 12), SIZE("num_attention_heads", num_attention_heads, 1, heads),         \
        SIZE("intermediate_size", intermediate_size, 1, intermediate),                                                           \
        SIZE("max_position_embeddings", max_position_embeddings, 1, 512), SIZE("type_vocab_size", type_vocab_size, 1, 2),        \
        {"hidden_act", ARCH_ACTIVATION, offsetof(struct config, hidden_act), 0, 0, ACTIVATION_GELU, false},                      \
        REAL("hidden_dropout_prob", hidden_dropout_prob, DROPOUT_MAX, 0.1),                                                      \
        REAL("hidden_dropout_prob", attention_out_dropout_prob, DROPOUT_MAX, 0.1),                                               \
        REAL("attention_probs_dropout_prob", attention_probs_dropout_prob, DROPOUT_MAX, 0.1),                                    \
        REAL("hidden_dropout_prob", classifier_dropout, DROPOUT_MAX, 0.1),                                                       \
        {"classifier_dropout", ARCH_REAL, offsetof(struct config, classifier_dropout), 0, DROPOUT_MAX, ARCH_KEEP, true},         \
        REAL("initializer_range", initializer_range, 100, 0.02), REAL("layer_norm_eps", layer_norm_eps, 1, 1e-12)
#define PAD_TOKEN(type, otherwise)                                                                                               \
    {                                                                                                                            \
        "pad_token_id", type, offsetof(struct config, pad_token_id), 0, CONFIG_SIZE_MAX, otherwise, false                        \
    }

static const struct arch_key bert_keys[] = {
    BERT_KEYS(768, 12, 3072),
    SIZE("hidden_size", embedding_size, 1, 768),
    PAD_TOKEN(ARCH_ID, 0),
    {0},
};
static const struct arch_key electra_keys[] = {
    BERT_KEYS(256, 4, 1024),
    SIZE("embedding_size", embedding_size, 1, 128),
    PAD_TOKEN(ARCH_ID, 0),
    {0},
};
/* Positions are counted from pad_token_id: it cannot be null. */
static const struct arch_key roberta_keys[] = {
    BERT_KEYS(768, 12, 3072),
    SIZE("hidden_size", embedding_size, 1, 768),
    PAD_TOKEN(ARCH_SIZE, 1),
    {0},
};
/* DistilBertConfig. BERT's names of three sizes are aliases (attribute_map), and the last word. */
static const struct arch_key distilbert_keys[] = {
    SIZE("vocab_size", vocab_size, 1, ARCH_NEEDED),
    SIZE("dim", hidden_size, 1, 768),
    SIZE("hidden_size", hidden_size, 1, ARCH_KEEP),
    SIZE("dim", embedding_size, 1, 768),
    SIZE("hidden_size", embedding_size, 1, ARCH_KEEP),
    SIZE("n_layers", num_hidden_layers, 0, 6),
    SIZE("num_hidden_layers", num_hidden_layers, 0, ARCH_KEEP),
    SIZE("n_heads", num_attention_heads, 1, 12),
    SIZE("num_attention_heads", num_attention_heads, 1, ARCH_KEEP),
    SIZE("hidden_dim", intermediate_size, 1, 3072),
    SIZE("max_position_embeddings", max_position_embeddings, 1, 512),
    PAD_TOKEN(ARCH_ID, 0),
    {"activation", ARCH_ACTIVATION, offsetof(struct config, hidden_act), 0, 0, ACTIVATION_GELU, false},
    REAL("dropout", hidden_dropout_prob, DROPOUT_MAX, 0.1),
    REAL("dropout", classifier_dropout, DROPOUT_MAX, 0.1),
    REAL("attention_dropout", attention_probs_dropout_prob, DROPOUT_MAX, 0.1),
    REAL("initializer_range", initializer_range, 100, 0.02),
    {"sinusoidal_pos_embds", ARCH_BOOL, offsetof(struct config, sinusoidal_positions), 0, 0, 0, false},
    {"attention_out_dropout_prob", ARCH_FIXED, offsetof(struct config, attention_out_dropout_prob), 0, 0, 0, false},
    {"layer_norm_eps", ARCH_FIXED, offsetof(struct config, layer_norm_eps), 0, 0, 1e-12, false},
    {0},
};

static const char *const only_absolute[][2] = {{"position_embedding_type", "absolute"}, {NULL, NULL}};
static const char *const old_norms[][2] = {
    {"LayerNorm.gamma", "LayerNorm.weight"},
    {"LayerNorm.beta", "LayerNorm.bias"},
    {NULL, NULL},
};

static const char *const bert_modules[ARCH_MODULES] = {
    [ARCH_WORDS] = "embeddings.word_embeddings",
    [ARCH_POSITIONS] = "embeddings.position_embeddings",
    [ARCH_TYPES] = "embeddings.token_type_embeddings",
    [ARCH_EMBEDDINGS_NORM] = "embeddings.LayerNorm",
    [ARCH_PROJECTION] = "embeddings_project",
    [ARCH_QUERY] = "attention.self.query",
    [ARCH_KEY] = "attention.self.key",
    [ARCH_VALUE] = "attention.self.value",
    [ARCH_ATTENTION_OUT] = "attention.output.dense",
    [ARCH_ATTENTION_NORM] = "attention.output.LayerNorm",
    [ARCH_INTERMEDIATE] = "intermediate.dense",
    [ARCH_OUT] = "output.dense",
    [ARCH_OUT_NORM] = "output.LayerNorm",
    [ARCH_CLASSIFIER] = "classifier",
};
static const char *const distilbert_modules[ARCH_MODULES] = {
    [ARCH_WORDS] = "embeddings.word_embeddings",
    [ARCH_POSITIONS] = "embeddings.position_embeddings",
    [ARCH_EMBEDDINGS_NORM] = "embeddings.LayerNorm",
    [ARCH_QUERY] = "attention.q_lin",
    [ARCH_KEY] = "attention.k_lin",
    [ARCH_VALUE] = "attention.v_lin",
    [ARCH_ATTENTION_OUT] = "attention.out_lin",
    [ARCH_ATTENTION_NORM] = "sa_layer_norm",
    [ARCH_INTERMEDIATE] = "ffn.lin1",
    [ARCH_OUT] = "ffn.lin2",
    [ARCH_OUT_NORM] = "output_layer_norm",
    [ARCH_CLASSIFIER] = "classifier",
};

#define LIKE_ALL .only = only_absolute, .old = old_norms, .buffer = "position_ids"
#define LIKE_BERT LIKE_ALL, .layer = "encoder.layer.", .module = bert_modules
#define LIKE_ROBERTA LIKE_BERT, .key = roberta_keys, .counts_positions = true, .prefix = "roberta."

/* BERT is the first: a config.json without a model_type is its. */
static const struct arch arch_table[] = {
    {"bert", "BertForTokenClassification", "BERT", LIKE_BERT, .key = bert_keys, .prefix = "bert."},
    {"distilbert", "DistilBertForTokenClassification", "DistilBERT", LIKE_ALL, .key = distilbert_keys, .prefix = "distilbert.",
     .layer = "transformer.layer.", .module = distilbert_modules},
    {"electra", "ElectraForTokenClassification", "ELECTRA", LIKE_BERT, .key = electra_keys, .prefix = "electra."},
    {"roberta", "RobertaForTokenClassification", "RoBERTa", LIKE_ROBERTA},
    {"xlm-roberta", "XLMRobertaForTokenClassification", "XLM-RoBERTa", LIKE_ROBERTA},
    {"camembert", "CamembertForTokenClassification", "CamemBERT", LIKE_ROBERTA},
};
enum { N_ARCHS = sizeof arch_table / sizeof *arch_table };

const struct arch *arch_find(const char *model_type)
{
    for (size_t i = 0; model_type && i < N_ARCHS; i++)
        if (strcmp(arch_table[i].model_type, model_type) == 0)
            return &arch_table[i];
    return model_type ? NULL : &arch_table[0];
}

char *arch_model_types(void)
{
    char *text = xstrdup("");
    for (size_t i = 0; i < N_ARCHS; i++) {
        char *more = xasprintf("%s%s%s", text, i ? ", " : "", arch_table[i].model_type);
        free(text);
        text = more;
    }
    return text;
}

char *arch_tensor_name(const struct arch *arch, enum arch_module module, size_t layer, bool is_bias)
{
    const char *name = arch->module[module], *prefix = module == ARCH_CLASSIFIER ? "" : arch->prefix;
    const char *end = is_bias ? "bias" : "weight";
    return arch_is_in_layer(module) ? xasprintf("%s%s%zu.%s.%s", prefix, arch->layer, layer, name, end)
                                    : xasprintf("%s%s.%s", prefix, name, end);
}

bool arch_is_buffer(const struct arch *arch, const char *name)
{
    size_t size = strlen(name), n = strlen(arch->buffer);
    return size >= n && strcmp(name + size - n, arch->buffer) == 0;
}

char *arch_modern_name(const struct arch *arch, const char *name, bool add_prefix)
{
    size_t size = strlen(name);
    const char *end = "";
    for (size_t i = 0; arch->old[i][0]; i++) {
        size_t n = strlen(arch->old[i][0]);
        if (size >= n && strcmp(name + size - n, arch->old[i][0]) == 0) {
            size -= n;
            end = arch->old[i][1];
            break;
        }
    }
    return xasprintf("%s%.*s%s", add_prefix ? arch->prefix : "", (int)size, name, end);
}
