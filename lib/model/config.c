/* config: config.json of a model, by the keys of its architecture. */
#include "model/config.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"

enum { FILE_SIZE_MAX = 16 << 20, LABELS_MAX = 1 << 16 };

static const struct {
    const char *name;
    enum activation activation;
} activations[] = {
    {"gelu", ACTIVATION_GELU},
    {"gelu_new", ACTIVATION_GELU_NEW},
    {"gelu_pytorch_tanh", ACTIVATION_GELU_NEW},
    {"relu", ACTIVATION_RELU},
};

static enum activation get_activation(const json_t *value, const char *path, const char *key)
{
    if (!json_is_string(value))
        jsonfile_die(path, key, value, "a string");
    const char *name = json_string_value(value);
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        if (strcmp(name, activations[i].name) == 0)
            return activations[i].activation;
    die("%s: unknown \"%s\" %s; known are gelu, gelu_new, gelu_pytorch_tanh, relu", path, key, name);
}

/* Set the member that belongs to a key. */
static void read_key(struct config *c, const char *path, const struct arch_key *key)
{
    const json_t *value = json_object_get(c->json, key->name);
    void *member = (char *)c + key->member;
    if (key->type == ARCH_FIXED) {
        *(double *)member = key->otherwise;
        return;
    }
    if (key->type == ARCH_ID && json_is_null(value)) {
        *(size_t *)member = CONFIG_NONE;
        return;
    }
    bool missing = !value || (key->may_be_null && json_is_null(value));
    if (missing && key->otherwise == ARCH_NEEDED)
        die("%s: no \"%s\"", path, key->name);
    if (missing && key->otherwise == ARCH_KEEP)
        return;
    const json_t *from = missing ? NULL : c->json;
    double otherwise = missing ? key->otherwise : 0;
    if (key->type == ARCH_SIZE || key->type == ARCH_ID)
        *(size_t *)member = jsonfile_size(from, path, key->name, (size_t)key->min, CONFIG_SIZE_MAX, (size_t)otherwise);
    else if (key->type == ARCH_BOOL)
        *(bool *)member = jsonfile_bool(from, path, key->name, otherwise != 0);
    else if (key->type == ARCH_REAL)
        *(double *)member = jsonfile_real(from, path, key->name, key->max, otherwise);
    else
        *(enum activation *)member = missing ? (enum activation)otherwise : get_activation(value, path, key->name);
}

static const struct arch *read_arch(const json_t *json, const char *path)
{
    const char *type = jsonfile_text(json, path, "model_type");
    const struct arch *arch = arch_find(type);
    if (!arch)
        die("%s: \"model_type\" is %s; known here are %s", path, type, arch_model_types());
    for (size_t i = 0; arch->only[i][0]; i++) {
        const char *value = jsonfile_text(json, path, arch->only[i][0]);
        if (value && strcmp(value, arch->only[i][1]) != 0)
            die("%s: \"%s\" is %s; only \"%s\" is known here", path, arch->only[i][0], value, arch->only[i][1]);
    }
    static const char *const decoder[] = {"is_decoder", "add_cross_attention", "is_causal"};
    for (size_t i = 0; i < sizeof decoder / sizeof *decoder; i++)
        if (jsonfile_bool(json, path, decoder[i], false))
            die("%s: \"%s\" is true: a decoder; only encoders are known here", path, decoder[i]);
    return arch;
}

static void free_labels(struct config *c)
{
    for (size_t i = 0; i < c->num_labels; i++)
        free(c->label[i]);
    free(c->label);
}

void config_set_labels(struct config *c, size_t n, const char *const *label)
{
    char **copy = xmalloc(n, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = xstrdup(label[i]);
    free_labels(c);
    c->label = copy;
    c->num_labels = n;
}

/* LABEL_0 .. LABEL_n-1: what transformers calls labels without names. */
static void default_labels(struct config *c, size_t n)
{
    c->label = xmalloc(n, sizeof *c->label);
    for (c->num_labels = 0; c->num_labels < n; c->num_labels++)
        c->label[c->num_labels] = xasprintf("LABEL_%zu", c->num_labels);
}

static void read_labels(struct config *c, const char *path)
{
    json_t *map = json_object_get(c->json, "id2label"), *value;
    if (jsonfile_is_missing(c->json, "id2label")) {
        default_labels(c, jsonfile_size(c->json, path, "num_labels", 1, CONFIG_SIZE_MAX, 2));
        return;
    }
    size_t n = json_object_size(map), said = jsonfile_size(c->json, path, "num_labels", 1, CONFIG_SIZE_MAX, n);
    if (!json_is_object(map) || n == 0 || n > LABELS_MAX)
        die("%s: \"id2label\" is not a map of 1 to %d labels", path, LABELS_MAX);
    if (said != n) /* transformers drops the names then */
        die("%s: \"id2label\" has %zu labels, but \"num_labels\" is %zu; take away the one that is wrong", path, n, said);
    c->label = xcalloc(n, sizeof *c->label);
    c->num_labels = n;
    const char *key;
    json_object_foreach(map, key, value)
    {
        char *end;
        unsigned long id = strtoul(key, &end, 10);
        if (end == key || *end || *key == '-' || id >= n || c->label[id])
            die("%s: \"id2label\" has %zu labels, but the id \"%s\": ids must start at 0 and have no gap", path, n, key);
        if (!json_is_string(value))
            die("%s: \"id2label\": the name of %s is not a string", path, key);
        c->label[id] = xstrdup(json_string_value(value));
    }
}

/* Absurd products would only show as a failed allocation much later. */
static void check_shape(const struct config *c, const char *path)
{
    if (c->hidden_size % c->num_attention_heads)
        die("%s: hidden_size %zu is not a multiple of num_attention_heads %zu", path, c->hidden_size, c->num_attention_heads);
    double floats =
        (double)c->embedding_size * (double)(c->vocab_size + c->max_position_embeddings + c->type_vocab_size)
        + (double)c->num_hidden_layers * (double)c->hidden_size * (4 * (double)c->hidden_size + 2 * (double)c->intermediate_size);
    if (floats > 0x1p36)
        die("%s: a model of %.3g parameters is more than this engine takes", path, floats);
    if (c->pad_token_id >= c->vocab_size && c->pad_token_id != CONFIG_NONE)
        die("%s: pad_token_id %zu is outside the vocabulary of %zu", path, c->pad_token_id, c->vocab_size);
    if (c->arch->counts_positions && c->max_position_embeddings < c->pad_token_id + 2)
        die("%s: max_position_embeddings %zu leaves no position: they begin after pad_token_id %zu", path,
            c->max_position_embeddings, c->pad_token_id);
}

struct config *config_read_file(const char *path)
{
    struct config *c = xcalloc(1, sizeof *c);
    c->json = jsonfile_read(path, FILE_SIZE_MAX, 0);
    c->arch = read_arch(c->json, path);
    for (const struct arch_key *key = c->arch->key; key->name; key++)
        read_key(c, path, key);
    check_shape(c, path);
    read_labels(c, path);
    return c;
}

struct config *config_read(const char *dir)
{
    char *path = file_path(dir, "config.json");
    if (!file_exists(path))
        die("%s: no config.json there; %s", dir,
            file_is_in(dir, "best") ? "this is a training's folder: the model is in its folder best"
                                    : "a model directory has config.json, model.safetensors and the tokenizer's files");
    struct config *config = config_read_file(path);
    free(path);
    return config;
}

void config_free(struct config *c)
{
    if (!c)
        return;
    free_labels(c);
    json_decref(c->json);
    free(c);
}
