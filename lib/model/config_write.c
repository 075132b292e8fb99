/* config_write: config.json as transformers' save_pretrained writes it. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/outfile.h"
#include "model/config.h"

static bool labels_are_default(const struct config *c)
{
    return c->num_labels == 2 && strcmp(c->label[0], "LABEL_0") == 0 && strcmp(c->label[1], "LABEL_1") == 0;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A copy with sorted keys; frees the object. jansson's own sorting would sort id2label, too, which Python orders by number. */
static json_t *sorted(json_t *object)
{
    size_t n = 0;
    const char **key = xmalloc(json_object_size(object), sizeof *key), *name;
    json_t *value, *copy = json_object();
    json_object_foreach(object, name, value) key[n++] = name;
    qsort(key, n, sizeof *key, by_text);
    for (size_t i = 0; i < n; i++)
        json_object_set(copy, key[i], json_object_get(object, key[i]));
    free(key);
    json_decref(object);
    return copy;
}

static void set_labels(const struct config *c, json_t *json)
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

struct outfile *config_write_sync(const struct config *c, const char *dir)
{
    json_t *json = json_deep_copy(c->json);
    static const char *const replaced[] = {"num_labels", "id2label", "label2id", "torch_dtype", "_name_or_path"};
    for (size_t i = 0; i < sizeof replaced / sizeof *replaced; i++)
        json_object_del(json, replaced[i]);
    json_object_set_new(json, "architectures", json_pack("[s]", c->arch->class_name));
    json_object_set_new(json, "model_type", json_string(c->arch->model_type));
    json_object_set_new(json, "dtype", json_string("float32"));
    if (!labels_are_default(c))
        set_labels(c, json);
    json = sorted(json);
    char *text = json_dumps(json, JSON_INDENT(2) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(15));
    char *path = file_path(dir, "config.json");
    if (!text)
        die("%s: cannot be written as JSON; is a label not valid UTF-8?", path);
    struct outfile *out = outfile_open(path);
    outfile_write(out, text, strlen(text));
    outfile_write(out, "\n", 1);
    outfile_sync(out);
    free(text);
    free(path);
    json_decref(json);
    return out;
}

void config_write(const struct config *c, const char *dir)
{
    outfile_commit(config_write_sync(c, dir));
}
