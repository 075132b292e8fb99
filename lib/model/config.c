/* config: config.json of a BERT model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "model/config.h"

enum { CONFIG_SIZE_MAX = 16 << 20, DIMENSION_MAX = 1 << 24, LABELS_MAX = 1 << 16 };

static const struct { const char *name; enum activation activation; } activations[] = {
    {"gelu", GELU}, {"gelu_new", GELU_NEW}, {"gelu_pytorch_tanh", GELU_NEW}, {"relu", RELU},
};

static size_t get_size(json_t *json, const char *path, const char *key, size_t least, long long otherwise)
{
    json_t *value = json_object_get(json, key);
    if (!value || json_is_null(value)) {
        if (otherwise < 0)
            die("%s: no \"%s\"", path, key);
        return (size_t)otherwise;
    }
    if (!json_is_integer(value) || json_integer_value(value) < (json_int_t)least
        || json_integer_value(value) > DIMENSION_MAX)
        die("%s: \"%s\" is no whole number from %zu to %d", path, key, least, DIMENSION_MAX);
    return (size_t)json_integer_value(value);
}

static double get_real(json_t *json, const char *path, const char *key, double most, double otherwise)
{
    json_t *value = json_object_get(json, key);
    if (!value || json_is_null(value))
        return otherwise;
    double x = json_number_value(value);
    if (!json_is_number(value) || !(x >= 0) || !(x <= most))
        die("%s: \"%s\" is no number from 0 to %g", path, key, most);
    return x;
}

/* A key that must have one of the values this architecture knows, if it is there. */
static void check_text(json_t *json, const char *path, const char *key, const char *only)
{
    json_t *value = json_object_get(json, key);
    if (value && !json_is_null(value) && (!json_is_string(value) || strcmp(json_string_value(value), only) != 0))
        die("%s: \"%s\" is %s; only \"%s\" is known here", path, key,
            json_is_string(value) ? json_string_value(value) : "no string", only);
}

static enum activation get_activation(json_t *json, const char *path)
{
    json_t *value = json_object_get(json, "hidden_act");
    if (!value)
        return GELU;
    const char *name = json_is_string(value) ? json_string_value(value) : "(no string)";
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        if (strcmp(name, activations[i].name) == 0)
            return activations[i].activation;
    die("%s: unknown \"hidden_act\" %s; known are gelu, gelu_new, gelu_pytorch_tanh, relu", path, name);
}

static void free_labels(struct bert_config *c)
{
    for (size_t i = 0; i < c->num_labels; i++)
        free(c->label[i]);
    free(c->label);
}

void config_set_labels(struct bert_config *c, size_t n, const char *const *label)
{
    char **copy = xmalloc(n, sizeof *copy);
    for (size_t i = 0; i < n; i++)
        copy[i] = xstrdup(label[i]);
    free_labels(c);
    c->label = copy;
    c->num_labels = n;
}

/* LABEL_0 .. LABEL_n-1: what transformers calls labels without names. */
static void default_labels(struct bert_config *c, size_t n)
{
    c->label = xmalloc(n, sizeof *c->label);
    for (c->num_labels = 0; c->num_labels < n; c->num_labels++)
        c->label[c->num_labels] = xasprintf("LABEL_%zu", c->num_labels);
}

static void read_labels(struct bert_config *c, const char *path)
{
    json_t *map = json_object_get(c->json, "id2label"), *value;
    if (!map || json_is_null(map)) {
        default_labels(c, get_size(c->json, path, "num_labels", 1, 2));
        return;
    }
    size_t n = json_object_size(map);
    if (!json_is_object(map) || n == 0 || n > LABELS_MAX)
        die("%s: \"id2label\" is no map of 1 to %d labels", path, LABELS_MAX);
    c->label = xcalloc(n, sizeof *c->label);
    c->num_labels = n;
    const char *key;
    json_object_foreach(map, key, value) {
        char *end;
        unsigned long id = strtoul(key, &end, 10);
        if (end == key || *end || *key == '-' || id >= n || c->label[id])
            die("%s: \"id2label\" has %zu labels, but the id \"%s\": ids must run from 0 on without a gap", path, n, key);
        if (!json_is_string(value))
            die("%s: \"id2label\": the name of %s is no string", path, key);
        c->label[id] = xstrdup(json_string_value(value));
    }
}

/* Absurd products would only show as a failed allocation much later. */
static void check_shape(const struct bert_config *c, const char *path)
{
    if (c->hidden_size % c->num_attention_heads)
        die("%s: hidden_size %zu is no multiple of num_attention_heads %zu", path, c->hidden_size, c->num_attention_heads);
    double floats = (double)c->hidden_size * (double)(c->vocab_size + c->max_position_embeddings + c->type_vocab_size)
                    + (double)c->num_hidden_layers * (double)c->hidden_size
                          * (4 * (double)c->hidden_size + 2 * (double)c->intermediate_size);
    if (floats > 0x1p36)
        die("%s: a model of %.3g parameters is more than this engine takes", path, floats);
    if (c->pad_token_id >= c->vocab_size)
        die("%s: pad_token_id %zu is outside of the vocabulary of %zu", path, c->pad_token_id, c->vocab_size);
}

struct bert_config *config_read_file(const char *path)
{
    size_t size;
    char *text = file_read(path, CONFIG_SIZE_MAX, &size);
    json_error_t error;
    struct bert_config *c = xcalloc(1, sizeof *c);
    c->json = json_loadb(text, size, 0, &error);
    free(text);
    if (!c->json)
        die("%s:%d: not JSON: %s", path, error.line, error.text);
    if (!json_is_object(c->json))
        die("%s: not a JSON object", path);
    check_text(c->json, path, "model_type", "bert");
    check_text(c->json, path, "position_embedding_type", "absolute");
    if (json_is_true(json_object_get(c->json, "is_decoder")) || json_is_true(json_object_get(c->json, "add_cross_attention")))
        die("%s: a decoder; only encoders are known here", path);
    c->vocab_size = get_size(c->json, path, "vocab_size", 1, -1);
    c->hidden_size = get_size(c->json, path, "hidden_size", 1, 768);
    c->num_hidden_layers = get_size(c->json, path, "num_hidden_layers", 0, 12);
    c->num_attention_heads = get_size(c->json, path, "num_attention_heads", 1, 12);
    c->intermediate_size = get_size(c->json, path, "intermediate_size", 1, 3072);
    c->max_position_embeddings = get_size(c->json, path, "max_position_embeddings", 1, 512);
    c->type_vocab_size = get_size(c->json, path, "type_vocab_size", 1, 2);
    c->pad_token_id = get_size(c->json, path, "pad_token_id", 0, 0);
    c->hidden_act = get_activation(c->json, path);
    c->hidden_dropout_prob = get_real(c->json, path, "hidden_dropout_prob", 0.999, 0.1);
    c->attention_probs_dropout_prob = get_real(c->json, path, "attention_probs_dropout_prob", 0.999, 0.1);
    c->classifier_dropout = get_real(c->json, path, "classifier_dropout", 0.999, c->hidden_dropout_prob);
    c->initializer_range = get_real(c->json, path, "initializer_range", 100, 0.02);
    c->layer_norm_eps = get_real(c->json, path, "layer_norm_eps", 1, 1e-12);
    check_shape(c, path);
    read_labels(c, path);
    return c;
}

struct bert_config *config_read(const char *dir)
{
    char *path = path_join(dir, "config.json");
    if (!file_exists(path))
        die("%s: no config.json there; a model directory has config.json, model.safetensors and the tokenizer's files", dir);
    struct bert_config *config = config_read_file(path);
    free(path);
    return config;
}

static bool labels_are_default(const struct bert_config *c)
{
    return c->num_labels == 2 && strcmp(c->label[0], "LABEL_0") == 0 && strcmp(c->label[1], "LABEL_1") == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A copy with sorted keys. Python sorts id2label by number, so jansson's own sorting will not do. */
static json_t *sorted(json_t *object)
{
    size_t n = 0;
    const char **key = xmalloc(json_object_size(object), sizeof *key), *name;
    json_t *value, *copy = json_object();
    json_object_foreach(object, name, value)
        key[n++] = name;
    qsort(key, n, sizeof *key, by_text);
    for (size_t i = 0; i < n; i++)
        json_object_set(copy, key[i], json_object_get(object, key[i]));
    free(key);
    json_decref(object);
    return copy;
}

static void set_labels(const struct bert_config *c, json_t *json)
{
    json_t *names = json_object(), *ids = json_object();
    for (size_t i = 0; i < c->num_labels; i++) {
        char *key = xasprintf("%zu", i);
        json_object_set_new(names, key, json_string(c->label[i]));
        json_object_set_new(ids, c->label[i], json_integer((json_int_t)i));
        free(key);
    }
    json_object_set_new(json, "id2label", names);
    json_object_set_new(json, "label2id", sorted(ids));
}

void config_write(const struct bert_config *c, const char *dir)
{
    json_t *json = json_deep_copy(c->json);
    static const char *const replaced[] = {"num_labels", "id2label", "label2id", "torch_dtype", "_name_or_path"};
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        json_object_del(json, replaced[i]);
    json_object_set_new(json, "architectures", json_pack("[s]", "BertForTokenClassification"));
    json_object_set_new(json, "model_type", json_string("bert"));
    json_object_set_new(json, "dtype", json_string("float32"));
    if (!labels_are_default(c))
        set_labels(c, json);
    json = sorted(json);
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
    char *path = path_join(dir, "config.json");
    if (!text)
        die("%s: cannot be written as JSON; is a label no valid UTF-8?", path);
    struct outfile *out = outfile_open(path);
    outfile_write(out, text, strlen(text));
    outfile_write(out, "\n", 1);
    outfile_commit(out);
    free(text);
    free(path);
    json_decref(json);
}

void config_free(struct bert_config *c)
{
    if (!c)
        return;
    free_labels(c);
    json_decref(c->json);
    free(c);
}
