/* vocab_files: reading the tokenizer's files, with the precedence of transformers 5 (see REFERENCE in wptok(1)). */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "text/utf8.h"
#include "tokenizer/unicode.h"
#include "tokenizer/vocab_private.h"

/* ---- vocab.txt ---- */

/* White space at the end of a line does not belong to the piece. */
static size_t trimmed(const char *line, size_t size)
{
    while (size > 0) {
        size_t start = size - 1;
        while (start > 0 && (line[start] & 0xc0) == 0x80)
            start--;
        uint32_t code;
        utf8_decode(line + start, &code);
        if (!(unicode_class(code) & UNICODE_SPACE))
            break;
        size = start;
    }
    return size;
}

static void read_text(struct vocab *v, const char *path)
{
    size_t size;
    const char *text = vocab_keep(v, file_read(path, VOCAB_FILE_MAX, &size)), *end = text + size;
    size_t bad = utf8_invalid_at(text, size), id = 0;
    if (bad < size)
        die("%s: invalid UTF-8 at byte %zu", path, bad);
    for (const char *line = text; line < end; id++) {
        const char *stop = memchr(line, '\n', (size_t)(end - line));
        if (!stop)
            stop = end;
        vocab_set(v, (struct str){line, trimmed(line, (size_t)(stop - line))}, id);
        line = stop + 1;
    }
    if (v->n == 0)
        die("%s: an empty vocabulary", path);
    vocab_index(v);
}

/* ---- JSON ---- */

/* "No limit" is saved as the integer 1000000000000000019884624838656, so integers of tokenizer_config.json are read as reals. */
static json_t *read_json(const char *dir, const char *name, size_t flags)
{
    char *path = file_path(dir, name);
    json_t *json = NULL;
    if (file_exists(path)) {
        json_error_t error;
        size_t size;
        char *text = file_read(path, VOCAB_FILE_MAX, &size);
        json = json_loadb(text, size, flags, &error);
        free(text);
        if (!json)
            die("%s:%d: not JSON: %s", path, error.line, error.text);
        if (!json_is_object(json))
            die("%s: not a JSON object", path);
    }
    free(path);
    return json;
}

/* Its pieces are left out if vocab_json could read them. */
static json_t *read_tokenizer(struct vocab *v, const char *dir)
{
    char *path = file_path(dir, "tokenizer.json");
    size_t size;
    char *rest = file_exists(path) ? vocab_json_pieces(v, path, &size) : NULL;
    json_t *json = rest ? json_loadb(rest, size, 0, NULL) : NULL;
    free(rest);
    free(path);
    if (json_is_object(json))
        return json;
    json_decref(json);
    v->n = 0;
    return read_json(dir, "tokenizer.json", 0);
}

static void read_pieces(struct vocab *v, const char *dir, json_t *tokenizer)
{
    json_t *model = json_object_get(tokenizer, "model"), *pieces = json_object_get(model, "vocab"), *id;
    const char *type = json_string_value(json_object_get(model, "type"));
    if (type && strcmp(type, "WordPiece") != 0)
        die("%s/tokenizer.json: a %s model; only WordPiece (BERT) is known here", dir, type);
    if (!json_is_object(pieces) || (v->n == 0 && json_object_size(pieces) == 0))
        die("%s/tokenizer.json: no vocabulary in it", dir);
    const char *prefix = json_string_value(json_object_get(model, "continuing_subword_prefix"));
    if (prefix && strcmp(prefix, "##") != 0)
        die("%s/tokenizer.json: pieces inside a word begin with '%s'; only '##' is known here", dir, prefix);
    if (v->n > 0)
        return;
    size_t total = 0, used = 0;
    const char *text;
    json_object_foreach(pieces, text, id) total += strlen(text);
    char *memory = xmalloc(total, 1);
    vocab_keep(v, memory);
    json_object_foreach(pieces, text, id)
    {
        size_t size = strlen(text);
        if (!json_is_integer(id) || json_integer_value(id) < 0)
            die("%s/tokenizer.json: the id of '%s' is not a whole number", dir, text);
        memcpy(memory + used, text, size);
        vocab_set(v, (struct str){memory + used, size}, (size_t)json_integer_value(id));
        used += size;
    }
    vocab_index(v);
}

static bool flag(json_t *json, const char *key, bool otherwise)
{
    json_t *value = json_object_get(json, key);
    return json_is_boolean(value) ? json_is_true(value) : otherwise;
}

static bool says_bert(json_t *model_config, json_t *config)
{
    const char *class = json_string_value(json_object_get(config, "tokenizer_class"));
    const char *type = json_string_value(json_object_get(model_config, "model_type"));
    if (class && (strcmp(class, "PreTrainedTokenizerFast") == 0 || strcmp(class, "TokenizersBackend") == 0))
        return false;
    return (class && strncmp(class, "Bert", 4) == 0) || (type && strcmp(type, "bert") == 0);
}

/* If no file says that the tokenizer is BERT's, the options in tokenizer.json count. */
static void read_normalizer(struct vocab *v, const char *dir, json_t *tokenizer)
{
    json_t *normalizer = json_object_get(tokenizer, "normalizer"), *model = json_object_get(tokenizer, "model");
    const char *type = json_string_value(json_object_get(normalizer, "type"));
    if (!type || strcmp(type, "BertNormalizer") != 0)
        die("%s/tokenizer.json: the normalizer %s; only BertNormalizer is known here", dir, type ? type : "is missing");
    struct normalizer *to = &v->normalizer;
    to->lower = flag(normalizer, "lowercase", true);
    to->strip_accents = flag(normalizer, "strip_accents", to->lower);
    to->chinese = flag(normalizer, "handle_chinese_chars", true);
    to->clean_text = flag(normalizer, "clean_text", true);
    json_t *chars = json_object_get(model, "max_input_chars_per_word");
    if (json_is_integer(chars) && json_integer_value(chars) > 0)
        v->max_input_chars = (size_t)json_integer_value(chars);
    json_t *length = json_object_get(json_object_get(tokenizer, "truncation"), "max_length");
    if (v->model_max_length == 0 && json_is_integer(length) && json_integer_value(length) > 0)
        v->model_max_length = (size_t)json_integer_value(length);
}

static void read_options(struct vocab *v, json_t *config)
{
    struct normalizer *to = &v->normalizer;
    to->lower = flag(config, "do_lower_case", true);
    to->strip_accents = flag(config, "strip_accents", to->lower);
    to->chinese = flag(config, "tokenize_chinese_chars", true);
    to->clean_text = true;
    v->max_input_chars = 100;
    double length = json_number_value(json_object_get(config, "model_max_length"));
    if (length > 0 && length < 1e9)
        v->model_max_length = (size_t)length;
}

static void finish(struct vocab *v, const char *dir, const struct vocab_files *f)
{
    bool bert = !f->tokenizer || says_bert(f->model, f->config);
    v->prefix = "##";
    v->prefix_size = 2;
    read_options(v, f->config);
    if (!bert)
        read_normalizer(v, dir, f->tokenizer);
    vocab_read_tokens(v, dir, f, bert);
}

struct vocab *vocab_read_file(const char *path)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    read_text(v, path);
    finish(v, path, &(struct vocab_files){0});
    return v;
}

struct vocab *vocab_read(const char *dir)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    struct vocab_files f = {
        .tokenizer = read_tokenizer(v, dir),
        .config = read_json(dir, "tokenizer_config.json", JSON_DECODE_INT_AS_REAL),
        .map = read_json(dir, "special_tokens_map.json", 0),
        .model = read_json(dir, "config.json", 0),
        .added = read_json(dir, "added_tokens.json", 0),
    };
    char *text = file_path(dir, "vocab.txt");
    if (f.tokenizer)
        read_pieces(v, dir, f.tokenizer);
    else if (file_exists(text))
        read_text(v, text);
    else
        die("%s: neither tokenizer.json nor vocab.txt there", dir);
    finish(v, dir, &f);
    free(text);
    json_decref(f.tokenizer);
    json_decref(f.config);
    json_decref(f.map);
    json_decref(f.model);
    json_decref(f.added);
    return v;
}

bool vocab_identify(const char *dir, int64_t *size, char hash[17])
{
    char *json = file_path(dir, "tokenizer.json"), *text = file_path(dir, "vocab.txt");
    bool there = file_exists(json) || file_exists(text);
    free(json);
    free(text);
    if (!there)
        return false;
    struct vocab *v = vocab_read(dir);
    *size = (int64_t)v->n;
    vocab_hash(v, hash);
    vocab_free(v);
    return true;
}
