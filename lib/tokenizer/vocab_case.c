/* vocab_case: vocabularies with upper-case letters, and whether their text becomes lower case. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "base/outfile.h"
#include "text/utf8.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/unicode.h"
#include "tokenizer/vocab_private.h"

static bool has_upper_case(struct str piece)
{
    uint32_t code, lower[2];
    for (const char *c = piece.data, *end = c + piece.size; c < end;) {
        c += utf8_decode(c, &code);
        if (code < 0x80 ? code >= 'A' && code <= 'Z' : unicode_lower(code, lower) != 1 || lower[0] != code)
            return true;
    }
    return false;
}

static bool is_ordinary(const struct vocab *v, size_t id)
{
    struct str piece = v->piece[id];
    char first = piece.size > 2 ? piece.data[0] : 0, last = first ? piece.data[piece.size - 1] : 0;
    if ((first == '[' && last == ']') || (first == '<' && last == '>'))
        return false;
    for (size_t i = 0; i < v->n_added; i++)
        if (v->added[i].id == (int32_t)id)
            return false;
    return true;
}

void vocab_warn_case(const struct vocab *v, const char *name)
{
    size_t n = 0, first = 0;
    bool lower = false;
    for (size_t i = 0; i < v->normalizer.n; i++)
        lower = lower || v->normalizer.step[i].lower;
    for (size_t id = 0; lower && id < v->n_indexed; id++)
        if (v->piece[id].data && has_upper_case(v->piece[id]) && is_ordinary(v, id) && n++ == 0)
            first = id;
    if (n == 0)
        return;
    struct str piece = v->piece[first];
    const char *from = v->lower_from ? v->lower_from : "no file has \"do_lower_case\"";
    warn(
        "%s: the vocabulary has upper-case pieces (%zu, the first is '%.*s'), but text becomes lower case: %s%s; if the model is "
        "cased, make a copy with bertinit --cased",
        name, n, (int)piece.size, piece.data, from, v->lower_from ? " says so" : ", and so it is in transformers");
}

/* ---- saying it ---- */

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
