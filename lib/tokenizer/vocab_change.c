/* vocab_change: an option of the tokenizer, changed in the files of a model directory, so that transformers reads it, too: by the
 * tokenizer's class, from tokenizer_config.json, and from tokenizer.json alone. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "base/outfile.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/pretokenize_bytelevel.h"
#include "tokenizer/vocab_private.h"

/* Integers were read as reals, because "no limit" does not fit an integer; it is the same as no key. */
static void restore_integers(json_t *json)
{
    const char *key;
    json_t *value;
    void *next;
    json_object_foreach_safe(json, next, key, value)
    {
        double x = json_real_value(value);
        if (json_is_object(value))
            restore_integers(value);
        else if (json_is_real(value) && x >= 1e15)
            json_object_del(json, key);
        else if (json_is_real(value) && x == (double)(json_int_t)x)
            json_object_set_new(json, key, json_integer((json_int_t)x));
    }
}

static void write_json(const char *path, json_t *json)
{
    char *text = json_dumps(json, JSON_INDENT(2));
    struct outfile *out = outfile_open(path);
    outfile_write(out, text, strlen(text));
    outfile_write(out, "\n", 1);
    outfile_commit(out);
    free(text);
    json_decref(json);
}

/* tokenizer_config.json to be changed; its path goes to *path. An empty one where there is none. */
static json_t *open_config(const char *dir, char **path)
{
    *path = file_path(dir, "tokenizer_config.json");
    json_t *config = file_exists(*path) ? jsonfile_read(*path, VOCAB_FILE_MAX, JSON_DECODE_INT_AS_REAL) : json_object();
    restore_integers(config);
    return config;
}

void vocab_set_lower(const char *dir, bool lower)
{
    char *path, *whole = file_path(dir, "tokenizer.json");
    json_t *config = open_config(dir, &path);
    json_t *tokenizer = file_exists(whole) ? jsonfile_read(whole, VOCAB_FILE_MAX, 0) : NULL;
    json_t *normalizer = json_object_get(tokenizer, "normalizer");
    json_object_set_new(config, "do_lower_case", json_boolean(lower));
    if (!tokenizer && jsonfile_is_missing(config, "tokenizer_class"))
        json_object_set_new(config, "tokenizer_class", json_string("BertTokenizer"));
    write_json(path, config);
    if (json_is_object(normalizer)) {
        json_object_set_new(normalizer, "lowercase", json_boolean(lower));
        write_json(whole, tokenizer);
    } else
        json_decref(tokenizer);
    free(path);
    free(whole);
}

/* The first pre-tokenizer, or the post-processors that trim offsets; they may stand in a Sequence. */
static void set_prefix(json_t *step)
{
    size_t i;
    json_t *item;
    const char *type = json_string_value(json_object_get(step, "type"));
    if (type && (strcmp(type, "ByteLevel") == 0 || strcmp(type, "RobertaProcessing") == 0))
        json_object_set_new(step, "add_prefix_space", json_true());
    json_array_foreach(json_object_get(step, "processors"), i, item) set_prefix(item);
    item = json_array_get(json_object_get(step, "pretokenizers"), 0);
    if (item)
        set_prefix(item);
}

void vocab_set_prefix_space(const char *dir)
{
    char *path, *whole = file_path(dir, "tokenizer.json");
    json_t *config = open_config(dir, &path);
    json_object_set_new(config, "add_prefix_space", json_true());
    write_json(path, config);
    if (file_exists(whole)) {
        json_t *tokenizer = jsonfile_read(whole, VOCAB_FILE_MAX, 0);
        set_prefix(json_object_get(tokenizer, "pre_tokenizer"));
        set_prefix(json_object_get(tokenizer, "post_processor"));
        write_json(whole, tokenizer);
    }
    free(path);
    free(whole);
}

bool vocab_has_bare_words(const struct vocab *v)
{
    return v->pretokenizer.n > 0 && v->pretokenizer.step[0].bare_words; /* a later step does not see the whole text */
}

bool vocab_add_prefix_space(struct vocab *v)
{
    bool is = pretokenize_bytelevel_set_prefix(&v->pretokenizer);
    v->trims_prefix = v->trims_prefix || is;
    return is;
}

const char *vocab_class(const struct vocab *v)
{
    return v->family == &vocab_bert ? NULL : v->family ? v->family->name : "PreTrainedTokenizerFast";
}

bool vocab_has_case(const struct vocab *v)
{
    return normalize_bert_is_in(&v->normalizer);
}

void vocab_set_class(const char *dir, const char *class)
{
    char *path;
    json_t *config = open_config(dir, &path);
    if (jsonfile_is_missing(config, "tokenizer_class")) {
        json_object_set_new(config, "tokenizer_class", json_string(class));
        write_json(path, config);
    } else
        json_decref(config);
    free(path);
}
