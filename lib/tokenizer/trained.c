/* trained: how the sentences were cut that a model was trained with. */
#include "tokenizer/trained.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "stream/pack.h"
#include "tokenizer/encode.h"

enum { CONFIG_MAX = 16 << 20 };
static const char header_key[] = "encoding";
static const char params_key[] = "task_specific_params", task[] = "token-classification"; /* transformers' names */
/* "max_length" would be a parameter of generation there: transformers does not save a configuration with one. */
static const char *const key[] = {"max_seq_length", "overflow", "stride", "context"};
enum { MAX_LENGTH, OVERFLOW, STRIDE, CONTEXT, KEYS };
static const char prefix_key[] = "add_prefix_space";
static const char *const overflow_name[] = {"error", "truncate", "window"};

/* ---- in the header: a map of these keys ---- */

static struct msg header_value(const struct header *h)
{
    for (size_t i = 0; i < h->n_extras; i++)
        if (strcmp(h->extra[i].key, header_key) == 0)
            return (struct msg){h->extra[i].data, h->extra[i].data + h->extra[i].size};
    return (struct msg){0};
}

static void pack_size(struct buffer *to, const char *name, size_t value)
{
    pack_string(to, name);
    pack_int(to, (int64_t)value);
}

void trained_put(const struct trained *t, struct header *h)
{
    struct buffer map = {0};
    bool has_stride = t->stride != SIZE_MAX && t->overflow == ENCODE_WINDOW;
    bool has_context = t->context != SIZE_MAX && t->context > 0;
    size_t n = (size_t)t->prefix_space + (t->max_length > 0) + (t->overflow > ENCODE_ERROR) + has_stride + has_context;
    if (n == 0 && !header_value(h).data)
        return;
    pack_map(&map, n);
    if (t->max_length)
        pack_size(&map, key[MAX_LENGTH], t->max_length);
    if (t->overflow > ENCODE_ERROR) {
        pack_string(&map, key[OVERFLOW]);
        pack_string(&map, overflow_name[t->overflow]);
    }
    if (has_stride)
        pack_size(&map, key[STRIDE], t->stride);
    if (has_context)
        pack_size(&map, key[CONTEXT], t->context);
    if (t->prefix_space) {
        pack_string(&map, prefix_key);
        pack_bool(&map, true);
    }
    header_set_raw(h, str_of(header_key), packed_msg(&map));
    free(map.data);
}

enum { MSG_TRUE = 0xc3 };

bool trained_has_prefix_space(const struct header *h)
{
    size_t n;
    struct str name;
    struct msg at = header_value(h);
    bool has = false;
    if (!at.data || !msg_map(&at, &n))
        return false;
    for (size_t i = 0; i < n && msg_str(&at, &name); i++) {
        struct msg value = msg_value(&at);
        has = has || (str_is(name, prefix_key) && *value.data == MSG_TRUE);
    }
    return has;
}

/* ---- in config.json ---- */

/* What is of another form than wptok writes is left out. */
static void set_from_header(struct msg at, json_t *to)
{
    size_t n;
    struct str name, text;
    int64_t number;
    if (!at.data || !msg_map(&at, &n))
        return;
    for (size_t i = 0; i < n && msg_str(&at, &name); i++) {
        struct msg value = msg_value(&at);
        for (size_t k = 0; k < KEYS; k++) {
            if (!str_is(name, key[k]))
                continue;
            if (k == OVERFLOW && msg_str(&value, &text))
                json_object_set_new(to, key[k], json_stringn(text.data, text.size));
            else if (msg_int(&value, &number))
                json_object_set_new(to, key[k], json_integer(number));
        }
    }
}

bool trained_save(const struct header *h, json_t *config)
{
    json_t *params = json_object_get(config, params_key), *old = json_object_get(params, task);
    json_t *entry = json_is_object(old) ? json_copy(old) : json_object();
    for (size_t k = 0; k < KEYS; k++)
        json_object_del(entry, key[k]);
    set_from_header(header_value(h), entry);
    bool empty = json_object_size(entry) == 0, changed = old ? !json_equal(old, entry) : !empty;
    if (!changed) {
        json_decref(entry);
        return false;
    }
    if (!json_is_object(params)) {
        params = json_object();
        json_object_set_new(config, params_key, params);
    }
    json_object_set_new(params, task, entry);
    if (empty)
        json_object_del(params, task);
    if (json_object_size(params) == 0)
        json_object_del(config, params_key);
    return true;
}

static int read_overflow(const json_t *entry, const char *path)
{
    const char *text = jsonfile_text(entry, path, key[OVERFLOW]);
    for (size_t i = 0; text && i < sizeof overflow_name / sizeof *overflow_name; i++)
        if (strcmp(text, overflow_name[i]) == 0)
            return (int)i;
    if (text)
        die("%s: \"%s\" is \"%s\", not one of " ENCODE_OVERFLOWS, path, key[OVERFLOW], text);
    return -1;
}

/* A length counts only where something is cut or added, a stride only for windows that are wide enough. Returns the context that
 * is left out. */
static size_t complete(struct trained *t, const char *path, const json_t *entry, bool has_documents)
{
    size_t left_out = 0, given = t->context;
    if (t->overflow < 0)
        t->overflow = read_overflow(entry, path);
    if (given == SIZE_MAX)
        t->context = jsonfile_size(entry, path, key[CONTEXT], 0, INT32_MAX, SIZE_MAX);
    if (t->context != given && t->context > 0 && !has_documents) {
        left_out = t->context;
        t->context = given;
    }
    bool has_context = t->context != SIZE_MAX && t->context > 0;
    if (t->max_length == 0 && (t->overflow > ENCODE_ERROR || has_context))
        t->max_length = jsonfile_size(entry, path, key[MAX_LENGTH], 2, INT32_MAX, 0);
    if (t->stride == SIZE_MAX && t->overflow == ENCODE_WINDOW) {
        size_t stride = jsonfile_size(entry, path, key[STRIDE], 0, INT32_MAX, 0);
        bool fits = t->max_length == 0 || stride + 3 <= t->max_length;
        t->stride = stride > 0 && fits ? stride : SIZE_MAX;
    }
    return left_out;
}

static void say(const struct trained *given, const struct trained *t, size_t left_out)
{
    char text[200] = "", *end = text, *stop = text + sizeof text;
    if (t->max_length != given->max_length)
        end += snprintf(end, (size_t)(stop - end), " --max-length %zu", t->max_length);
    if (t->overflow != given->overflow)
        end += snprintf(end, (size_t)(stop - end), " --overflow %s", overflow_name[t->overflow]);
    if (t->stride != given->stride)
        end += snprintf(end, (size_t)(stop - end), " --stride %zu", t->stride);
    if (t->context != given->context)
        end += snprintf(end, (size_t)(stop - end), " --context %zu", t->context);
    if (left_out)
        snprintf(end, (size_t)(stop - end),
                 "%s without its --context %zu, because these texts have no documents (the field 'doc')", *text ? ", but" : "",
                 left_out);
    if (*text)
        warn("as the model was trained:%s", text);
}

void trained_complete(struct trained *t, const char *dir, bool has_documents)
{
    char *path = file_path(dir, "config.json");
    if (file_exists(path)) {
        json_t *config = jsonfile_read(path, CONFIG_MAX, 0);
        json_t *entry = json_object_get(json_object_get(config, params_key), task);
        struct trained given = *t;
        size_t left_out = json_is_object(entry) ? complete(t, path, entry, has_documents) : 0;
        say(&given, t, left_out);
        json_decref(config);
    }
    free(path);
}
