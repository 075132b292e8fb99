/* arch: the architectures that the engine knows: for each one how its config.json and its tensors are called. Everybody else
 * asks for a module of enum arch_module, never for a name. */
#ifndef TAGPIPE_MODEL_ARCH_H
#define TAGPIPE_MODEL_ARCH_H

#include "base/util.h"

/* A key of config.json and the member of struct config that it sets. */
enum arch_type {
    ARCH_SIZE,
    ARCH_ID, /* a size; null: CONFIG_NONE */
    ARCH_REAL,
    ARCH_BOOL,
    ARCH_ACTIVATION,
    ARCH_FIXED /* a real that is always `otherwise`, whatever the file says */
};
#define ARCH_NEEDED (-1.0) /* as `otherwise`: the key must be there */
#define ARCH_KEEP (-2.0)   /* as `otherwise`: the member stays as an earlier key set it */
struct arch_key {
    const char *name;
    enum arch_type type;
    size_t member;    /* its offset in struct config */
    double min, max;  /* the values that are allowed */
    double otherwise; /* the value where the key is missing */
    bool may_be_null; /* null is the same as missing; for all other keys null is an error, as in transformers */
};

/* Modules in the sense of torch.nn: an Embedding has a weight [rows,H], a Linear a weight [out,in] and a bias [out], a
 * LayerNorm a weight [H] (gamma) and a bias [H] (beta). The projection is there only where the embeddings have another size
 * than the layers (ELECTRA). Those from ARCH_QUERY to ARCH_OUT_NORM are in each layer, the others
 * in the model once. */
enum arch_module {
    ARCH_WORDS,
    ARCH_POSITIONS,
    ARCH_TYPES,
    ARCH_EMBEDDINGS_NORM,
    ARCH_PROJECTION,
    ARCH_QUERY,
    ARCH_KEY,
    ARCH_VALUE,
    ARCH_ATTENTION_OUT,
    ARCH_ATTENTION_NORM,
    ARCH_INTERMEDIATE,
    ARCH_OUT,
    ARCH_OUT_NORM,
    ARCH_CLASSIFIER,
    ARCH_MODULES
};

/* What a module consists of. The sizes are members of struct config, by their offsets; a LayerNorm has only columns. */
enum arch_kind { ARCH_EMBEDDING, ARCH_LINEAR, ARCH_NORM };
struct arch_shape {
    enum arch_kind kind;
    size_t rows, columns;
};
extern const struct arch_shape arch_shape[ARCH_MODULES];

static inline bool arch_is_in_layer(enum arch_module module)
{
    return module >= ARCH_QUERY && module <= ARCH_OUT_NORM;
}

struct arch {
    const char *model_type;       /* in config.json */
    const char *class_name;       /* of its token classifier in transformers: config.json's "architectures" */
    const char *title;            /* for messages */
    const struct arch_key *key;   /* ends with a NULL name */
    const char *const (*only)[2]; /* keys that must have this value if they are there; ends with NULL */
    /* Positions begin after pad_token_id and count only pieces that are no padding; a piece of padding has the position
     * pad_token_id, whose row is not trained, like the one of the word (fairseq's make_positions). Else: 0, 1, 2, ... */
    bool counts_positions;
    const char *prefix;          /* of the encoder's tensors; files of the encoder alone lack it */
    const char *layer;           /* of layer i's: prefix, this, i, ".", the module's name */
    const char *const *module;   /* [ARCH_MODULES] names without prefix, ".weight", ".bias"; NULL: the model has no such module */
    const char *const (*old)[2]; /* ends of names in older files, and what they are now; ends with NULL */
    const char *buffer;          /* end of the name of a tensor that is computed, not trained */
};

/* The architecture of a model_type; NULL: unknown. Without a model_type it is BERT. */
const struct arch *arch_find(const char *model_type);
/* All of them, for messages: bert, distilbert, ... The caller frees. */
char *arch_model_types(void);
/* The name of a module's weight or bias as save_pretrained writes it; `layer` only counts in layers. The caller frees. */
char *arch_tensor_name(const struct arch *arch, enum arch_module module, size_t layer, bool is_bias);
/* The name that today's transformers gives to a tensor of any file of this architecture: old ends are replaced, and with
 * `add_prefix` the prefix is put first. The caller frees. */
char *arch_modern_name(const struct arch *arch, const char *name, bool add_prefix);
/* Whether a tensor is computed, not trained: nobody reads it. */
bool arch_is_buffer(const struct arch *arch, const char *name);

#endif
