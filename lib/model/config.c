/* config: config.json of a model, by the keys of its architecture. */
#include "model/config.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

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

static size_t get_size(const json_t *value, const char *path, const char *key, size_t min)
{
    if (!json_is_integer(value) || json_integer_value(value) < (json_int_t)min || json_integer_value(value) > CONFIG_SIZE_MAX)
        die("%s: \"%s\" is not a whole number from %zu to %d", path, key, min, CONFIG_SIZE_MAX);
    return (size_t)json_integer_value(value);
}

static double get_real(const json_t *value, const char *path, const char *key, double max)
{
    double x = json_number_value(value);
    if (!json_is_number(value) || !(x >= 0) || !(x <= max))
        die("%s: \"%s\" is not a number from 0 to %g", path, key, max);
    return x;
}

static enum activation get_activation(const json_t *value, const char *path, const char *key)
{
    const char *name = json_is_string(value) ? json_string_value(value) : "(not a string)";
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
    bool missing = !value || (json_is_null(value) && key->type != ARCH_ACTIVATION);
    if (missing && key->otherwise == ARCH_NEEDED)
        die("%s: no \"%s\"", path, key->name);
    if (missing && key->otherwise == ARCH_KEEP)
        return;
    if (key->type == ARCH_SIZE)
        *(size_t *)member = missing ? (size_t)key->otherwise : get_size(value, path, key->name, (size_t)key->min);
    else if (key->type == ARCH_REAL)
        *(double *)member = missing ? key->otherwise : get_real(value, path, key->name, key->max);
    else
        *(enum activation *)member = missing ? (enum activation)key->otherwise : get_activation(value, path, key->name);
}

/* A key whose value decides what is computed: NULL where it is missing, else its text. */
static const char *get_text(const json_t *json, const char *path, const char *key)
{
    const json_t *value = json_object_get(json, key);
    if (!value || json_is_null(value))
        return NULL;
    if (!json_is_string(value))
        die("%s: \"%s\" is not a string", path, key);
    return json_string_value(value);
}

static const struct arch *read_arch(const json_t *json, const char *path)
{
    const char *type = get_text(json, path, "model_type");
    const struct arch *arch = arch_find(type);
    if (!arch)
        die("%s: \"model_type\" is %s; only %s is known here", path, type, arch_model_types());
    for (size_t i = 0; arch->only[i][0]; i++) {
        const char *value = get_text(json, path, arch->only[i][0]);
        if (value && strcmp(value, arch->only[i][1]) != 0)
            die("%s: \"%s\" is %s; only \"%s\" is known here", path, arch->only[i][0], value, arch->only[i][1]);
    }
    if (json_is_true(json_object_get(json, "is_decoder")) || json_is_true(json_object_get(json, "add_cross_attention")))
        die("%s: a decoder; only encoders are known here", path);
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
    if (!map || json_is_null(map)) {
        json_t *n = json_object_get(c->json, "num_labels");
        default_labels(c, n && !json_is_null(n) ? get_size(n, path, "num_labels", 1) : 2);
        return;
    }
    size_t n = json_object_size(map);
    if (!json_is_object(map) || n == 0 || n > LABELS_MAX)
        die("%s: \"id2label\" is not a map of 1 to %d labels", path, LABELS_MAX);
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
        (double)c->hidden_size * (double)(c->vocab_size + c->max_position_embeddings + c->type_vocab_size)
        + (double)c->num_hidden_layers * (double)c->hidden_size * (4 * (double)c->hidden_size + 2 * (double)c->intermediate_size);
    if (floats > 0x1p36)
        die("%s: a model of %.3g parameters is more than this engine takes", path, floats);
    if (c->pad_token_id >= c->vocab_size)
        die("%s: pad_token_id %zu is outside the vocabulary of %zu", path, c->pad_token_id, c->vocab_size);
}

struct config *config_read_file(const char *path)
{
    size_t size;
    char *text = file_read(path, FILE_SIZE_MAX, &size);
    json_error_t error;
    struct config *c = xcalloc(1, sizeof *c);
    c->json = json_loadb(text, size, 0, &error);
    free(text);
    if (!c->json)
        die("%s:%d: not JSON: %s", path, error.line, error.text);
    if (!json_is_object(c->json))
        die("%s: not a JSON object", path);
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
        die("%s: no config.json there; a model directory has config.json, model.safetensors and the tokenizer's files", dir);
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
