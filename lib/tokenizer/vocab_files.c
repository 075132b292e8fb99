/* vocab_files: reading the tokenizer's files, with the precedence of transformers 5 (see Tokenizers in wptok(1)). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
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

static struct vocab_file read_json(const char *dir, const char *name, size_t flags)
{
    char *path = file_path(dir, name);
    return (struct vocab_file){path, file_exists(path) ? jsonfile_read(path, VOCAB_FILE_MAX, flags) : NULL};
}

/* Its pieces are left out if vocab_json could read them. */
static struct vocab_file read_tokenizer(struct vocab *v, const char *dir)
{
    char *path = file_path(dir, "tokenizer.json");
    size_t size;
    char *rest = file_exists(path) ? vocab_json_pieces(v, path, &size) : NULL;
    json_t *json = rest ? json_loadb(rest, size, 0, NULL) : NULL;
    free(rest);
    if (json_is_object(json))
        return (struct vocab_file){path, json};
    json_decref(json);
    free(path);
    v->n = 0;
    return read_json(dir, "tokenizer.json", 0);
}

static void read_pieces(struct vocab *v, const struct vocab_file *f)
{
    json_t *model = json_object_get(f->json, "model"), *pieces = json_object_get(model, "vocab"), *id;
    const char *type = jsonfile_text(model, f->path, "type");
    if (type && strcmp(type, "WordPiece") != 0)
        die("%s: a %s model; only WordPiece (BERT) is known here", f->path, type);
    if (!json_is_object(pieces) || (v->n == 0 && json_object_size(pieces) == 0))
        die("%s: no vocabulary in it", f->path);
    const char *prefix = jsonfile_text(model, f->path, "continuing_subword_prefix");
    if (prefix && strcmp(prefix, "##") != 0)
        die("%s: pieces inside a word begin with '%s'; only '##' is known here", f->path, prefix);
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
            die("%s: the id of '%s' is not a whole number", f->path, text);
        memcpy(memory + used, text, size);
        vocab_set(v, (struct str){memory + used, size}, (size_t)json_integer_value(id));
        used += size;
    }
    vocab_index(v);
}

enum { LENGTH_MIN = 2 }; /* [CLS] and [SEP] */

/* Null is as good as missing: then lower case decides. */
static bool accents(const json_t *object, const char *path, bool otherwise)
{
    bool missing = jsonfile_is_missing(object, "strip_accents");
    return missing ? otherwise : jsonfile_bool(object, path, "strip_accents", otherwise);
}

/* The options of tokenizer.json. They must be right, also where BERT's class does not use them. */
static void read_normalizer(struct vocab *v, const struct vocab_file *f, bool bert)
{
    json_t *normalizer = json_object_get(f->json, "normalizer"), *model = json_object_get(f->json, "model");
    struct normalizer to = {.lower = jsonfile_bool(normalizer, f->path, "lowercase", true),
                            .chinese = jsonfile_bool(normalizer, f->path, "handle_chinese_chars", true),
                            .clean_text = jsonfile_bool(normalizer, f->path, "clean_text", true)};
    to.strip_accents = accents(normalizer, f->path, to.lower);
    size_t chars = jsonfile_size(model, f->path, "max_input_chars_per_word", 1, INT32_MAX, v->max_input_chars);
    size_t length = jsonfile_size(json_object_get(f->json, "truncation"), f->path, "max_length", LENGTH_MIN, INT32_MAX, 0);
    if (bert)
        return;
    v->normalizer = to;
    v->lower_from = "\"lowercase\" of tokenizer.json";
    v->max_input_chars = chars;
    if (v->model_max_length == 0)
        v->model_max_length = length;
}

/* "No limit" is saved as the integer 1000000000000000019884624838656, so integers of tokenizer_config.json are read as reals.
 * max_len is its name in older files. */
static size_t max_length(const struct vocab_file *f)
{
    const char *key = jsonfile_is_missing(f->json, "model_max_length") ? "max_len" : "model_max_length";
    const json_t *value = json_object_get(f->json, key);
    double length = json_number_value(value);
    if (jsonfile_is_missing(f->json, key) || length >= 1e9)
        return 0;
    if (length < LENGTH_MIN || length != floor(length))
        jsonfile_die(f->path, key, value, "a whole number from 2 on, for [CLS] and [SEP]");
    return (size_t)length;
}

static bool truncates_left(const struct vocab_file *f)
{
    const char *side = jsonfile_text(f->json, f->path, "truncation_side");
    if (side && strcmp(side, "left") != 0 && strcmp(side, "right") != 0)
        jsonfile_die(f->path, "truncation_side", json_object_get(f->json, "truncation_side"), "left or right");
    return side && strcmp(side, "left") == 0;
}

static void read_options(struct vocab *v, const struct vocab_files *f)
{
    const struct vocab_file *config = &f->config, *model = &f->model;
    struct normalizer *to = &v->normalizer;
    to->lower = jsonfile_bool(config->json, config->path, "do_lower_case", true);
    v->lower_from = json_object_get(config->json, "do_lower_case") ? "\"do_lower_case\" of tokenizer_config.json" : NULL;
    to->strip_accents = accents(config->json, config->path, to->lower);
    to->chinese = jsonfile_bool(config->json, config->path, "tokenize_chinese_chars", true);
    to->clean_text = true;
    v->max_input_chars = 100;
    v->model_max_length = max_length(config);
    v->truncates_left = truncates_left(config);
    v->max_positions = jsonfile_size(model->json, model->path, "max_position_embeddings", LENGTH_MIN, INT32_MAX, 0);
    v->embeddings = jsonfile_size(model->json, model->path, "vocab_size", 1, INT32_MAX, 0);
}

/* `name`: of the directory, or of the vocab.txt, for messages. */
static void finish(struct vocab *v, const char *name, const struct vocab_files *f, bool bert)
{
    v->whole = !bert;
    v->prefix = "##";
    v->prefix_size = 2;
    read_options(v, f);
    if (f->tokenizer.json)
        read_normalizer(v, &f->tokenizer, bert);
    vocab_read_tokens(v, name, f, bert);
    if (f->tokenizer.json)
        vocab_check_parts(v, &f->tokenizer, bert);
}

struct vocab *vocab_read_file(const char *path)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    read_text(v, path);
    finish(v, path, &(struct vocab_files){0}, true);
    return v;
}

static void free_file(struct vocab_file f)
{
    free(f.path);
    json_decref(f.json);
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
    bool bert = vocab_is_bert(&f); /* before the pieces: those of another class are none to us */
    if (f.tokenizer.json)
        read_pieces(v, &f.tokenizer);
    else if (file_exists(text))
        read_text(v, text);
    else
        die("%s: neither tokenizer.json nor vocab.txt there", dir);
    finish(v, dir, &f, bert);
    free(text);
    free_file(f.tokenizer);
    free_file(f.config);
    free_file(f.map);
    free_file(f.model);
    free_file(f.added);
    return v;
}

bool vocab_exists(const char *dir)
{
    char *json = file_path(dir, "tokenizer.json"), *text = file_path(dir, "vocab.txt");
    bool there = file_exists(json) || file_exists(text);
    free(json);
    free(text);
    return there;
}

bool vocab_identify(const char *dir, int64_t *size, char hash[17])
{
    if (!vocab_exists(dir))
        return false;
    struct vocab *v = vocab_read(dir);
    *size = (int64_t)v->n;
    vocab_hash(v, hash);
    vocab_free(v);
    return true;
}
