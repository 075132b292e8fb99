/* vocab_files: reading the tokenizer's files, with the precedence of transformers 5 (see REFERENCE in wptok(1)). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "file.h"
#include "unicode.h"
#include "utf8.h"
#include "vocab_private.h"

enum { FILE_MAX = 256 << 20 };

static const char *keep_text(struct vocab *v, char *text)
{
    v->text = xrealloc(v->text, v->n_texts + 1, sizeof *v->text);
    return v->text[v->n_texts++] = text;
}

static struct str keep_copy(struct vocab *v, const char *text)
{
    size_t size = strlen(text);
    return (struct str){keep_text(v, xstrndup(text, size)), size};
}

/* ---- vocab.txt ---- */

/* White space at the end of a line is no part of the piece. */
static size_t trimmed(const char *line, size_t size)
{
    while (size > 0) {
        size_t start = size - 1;
        while (start > 0 && (line[start] & 0xc0) == 0x80)
            start--;
        uint32_t code;
        utf8_decode(line + start, &code);
        if (!(unicode_class(code) & CODE_SPACE))
            break;
        size = start;
    }
    return size;
}

static void read_text(struct vocab *v, const char *path)
{
    size_t size;
    const char *text = keep_text(v, file_read(path, FILE_MAX, &size)), *end = text + size;
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
}

/* ---- JSON ---- */

/* No limit is saved as the integer 1000000000000000019884624838656, so that file's integers are read as reals. */
static json_t *read_json(const char *dir, const char *name, size_t flags)
{
    char *path = path_join(dir, name);
    json_t *json = NULL;
    if (file_exists(path)) {
        json_error_t error;
        size_t size;
        char *text = file_read(path, FILE_MAX, &size);
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

/* A token is given as a string or as {"content": ...}. */
static const char *token_text(json_t *token)
{
    if (json_is_object(token))
        token = json_object_get(token, "content");
    return json_string_value(token);
}

static void read_pieces(struct vocab *v, const char *dir, json_t *tokenizer)
{
    json_t *model = json_object_get(tokenizer, "model"), *pieces = json_object_get(model, "vocab"), *id;
    const char *type = json_string_value(json_object_get(model, "type"));
    if (type && strcmp(type, "WordPiece") != 0)
        die("%s/tokenizer.json: a %s model; only WordPiece (BERT) is known here", dir, type);
    if (!json_is_object(pieces) || json_object_size(pieces) == 0)
        die("%s/tokenizer.json: no vocabulary in it", dir);
    const char *prefix = json_string_value(json_object_get(model, "continuing_subword_prefix"));
    if (prefix && strcmp(prefix, "##") != 0)
        die("%s/tokenizer.json: pieces inside a word begin with '%s'; only '##' is known here", dir, prefix);
    size_t total = 0, used = 0;
    const char *text;
    json_object_foreach(pieces, text, id)
        total += strlen(text);
    char *memory = xmalloc(total, 1);
    keep_text(v, memory);
    json_object_foreach(pieces, text, id) {
        size_t size = strlen(text);
        if (!json_is_integer(id) || json_integer_value(id) < 0)
            die("%s/tokenizer.json: the id of '%s' is no whole number", dir, text);
        memcpy(memory + used, text, size);
        vocab_set(v, (struct str){memory + used, size}, (size_t)json_integer_value(id));
        used += size;
    }
}

static void add_token(struct vocab *v, struct added_token token)
{
    for (size_t i = 0; i < v->n_added; i++)
        if (v->added[i].text.size == token.text.size && memcmp(v->added[i].text.at, token.text.at, token.text.size) == 0) {
            v->added[i] = token;
            return;
        }
    v->added = xrealloc(v->added, v->n_added + 1, sizeof *v->added);
    v->added[v->n_added++] = token;
}

/* An entry of tokenizer.json's added_tokens or of tokenizer_config.json's added_tokens_decoder. */
static void read_added(struct vocab *v, json_t *json, int64_t id)
{
    const char *text = token_text(json);
    if (!text || !*text || id < 0 || id > VOCAB_MAX)
        return;
    struct added_token token = {
        .text = keep_copy(v, text), .id = (int32_t)id,
        .single_word = json_is_true(json_object_get(json, "single_word")),
        .lstrip = json_is_true(json_object_get(json, "lstrip")),
        .rstrip = json_is_true(json_object_get(json, "rstrip")),
        .normalized = json_is_true(json_object_get(json, "normalized")),
    };
    if ((size_t)id >= v->n || !v->piece[id].at)
        vocab_set(v, token.text, (size_t)id);
    add_token(v, token);
}

static void read_added_tokens(struct vocab *v, const char *dir, json_t *tokenizer, json_t *config)
{
    /* {"<loc>": 30522}: how transformers 4 saved them beside vocab.txt; tokenizer.json has them itself. */
    json_t *old = tokenizer ? NULL : read_json(dir, "added_tokens.json", 0), *number;
    const char *text;
    json_object_foreach(old, text, number) {
        json_t *token = json_pack("{s:s, s:b}", "content", text, "normalized", 1);
        read_added(v, token, json_integer_value(number));
        json_decref(token);
    }
    json_decref(old);
    json_t *entry;
    size_t i;
    const char *key;
    json_array_foreach(json_object_get(tokenizer, "added_tokens"), i, entry)
        read_added(v, entry, json_integer_value(json_object_get(entry, "id")));
    json_object_foreach(json_object_get(config, "added_tokens_decoder"), key, entry)
        read_added(v, entry, strtol(key, NULL, 10));
}

static int32_t added_find_text(const struct vocab *v, const char *text)
{
    for (size_t i = 0; i < v->n_added; i++)
        if (str_is(v->added[i].text, text))
            return v->added[i].id;
    return -1;
}

/* The id of a special token, which is matched as a whole; appended to the vocabulary if it is not in it. */
static int32_t special(struct vocab *v, const char *dir, json_t *config, json_t *map, const char *key, const char *otherwise)
{
    const char *text = token_text(json_object_get(config, key));
    if (!text)
        text = token_text(json_object_get(map, key));
    if (!text)
        text = otherwise;
    int32_t id = added_find_text(v, text);
    if (id >= 0)
        return id;
    id = vocab_find(v, text, strlen(text));
    if (id < 0 && strcmp(key, "unk_token") == 0)
        die("%s: the vocabulary has no %s", dir, text);
    struct str kept = keep_copy(v, text);
    if (id < 0) {
        id = (int32_t)v->n;
        vocab_set(v, kept, v->n);
    }
    add_token(v, (struct added_token){.text = kept, .id = id});
    return id;
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

/* Where the class says nothing of BERT, tokenizer.json is taken at its word. */
static void read_normalizer(struct vocab *v, const char *dir, json_t *tokenizer)
{
    json_t *normalizer = json_object_get(tokenizer, "normalizer"), *model = json_object_get(tokenizer, "model");
    const char *type = json_string_value(json_object_get(normalizer, "type"));
    if (!type || strcmp(type, "BertNormalizer") != 0)
        die("%s/tokenizer.json: the normalizer %s; only BertNormalizer is known here", dir, type ? type : "is missing");
    v->lower = flag(normalizer, "lowercase", true);
    v->strip_accents = flag(normalizer, "strip_accents", v->lower);
    v->chinese = flag(normalizer, "handle_chinese_chars", true);
    v->clean_text = flag(normalizer, "clean_text", true);
    json_t *most = json_object_get(model, "max_input_chars_per_word");
    if (json_is_integer(most) && json_integer_value(most) > 0)
        v->max_input_chars = (size_t)json_integer_value(most);
    json_t *length = json_object_get(json_object_get(tokenizer, "truncation"), "max_length");
    if (v->model_max_length == 0 && json_is_integer(length) && json_integer_value(length) > 0)
        v->model_max_length = (size_t)json_integer_value(length);
}

static void read_options(struct vocab *v, json_t *config)
{
    v->lower = flag(config, "do_lower_case", true);
    v->strip_accents = flag(config, "strip_accents", v->lower);
    v->chinese = flag(config, "tokenize_chinese_chars", true);
    v->clean_text = true;
    v->max_input_chars = 100;
    double most = json_number_value(json_object_get(config, "model_max_length"));
    if (most > 0 && most < 1e9)
        v->model_max_length = (size_t)most;
}

static void finish(struct vocab *v, const char *dir, json_t *tokenizer, json_t *config, json_t *map)
{
    v->prefix = "##";
    v->prefix_size = 2;
    read_options(v, config);
    vocab_index(v);                         /* before tokens are added: WordPiece must not find those inside a word */
    read_added_tokens(v, dir, tokenizer, config);
    v->unk = special(v, dir, config, map, "unk_token", "[UNK]");
    v->sep = special(v, dir, config, map, "sep_token", "[SEP]");
    v->pad = special(v, dir, config, map, "pad_token", "[PAD]");
    v->cls = special(v, dir, config, map, "cls_token", "[CLS]");
    v->mask = special(v, dir, config, map, "mask_token", "[MASK]");
}

struct vocab *vocab_read_file(const char *path)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    read_text(v, path);
    finish(v, path, NULL, NULL, NULL);
    return v;
}

struct vocab *vocab_read(const char *dir)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    json_t *tokenizer = read_json(dir, "tokenizer.json", 0), *config = read_json(dir, "tokenizer_config.json", JSON_DECODE_INT_AS_REAL);
    json_t *map = read_json(dir, "special_tokens_map.json", 0), *model = read_json(dir, "config.json", 0);
    char *text = path_join(dir, "vocab.txt");
    if (tokenizer)
        read_pieces(v, dir, tokenizer);
    else if (file_exists(text))
        read_text(v, text);
    else
        die("%s: neither tokenizer.json nor vocab.txt there", dir);
    finish(v, dir, tokenizer, config, map);
    if (tokenizer && !says_bert(model, config))
        read_normalizer(v, dir, tokenizer);
    free(text);
    json_decref(tokenizer);
    json_decref(config);
    json_decref(map);
    json_decref(model);
    return v;
}
