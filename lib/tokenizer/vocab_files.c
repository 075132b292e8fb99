/* vocab_files: reading the tokenizer's files, with the precedence of transformers 5 (see REFERENCE in wptok(1)). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/file.h"
#include "tokenizer/normalize.h"
#include "tokenizer/unicode.h"
#include "text/utf8.h"
#include "tokenizer/vocab_private.h"

static struct str keep_copy(struct vocab *v, const char *text)
{
    size_t size = strlen(text);
    return (struct str){vocab_keep(v, xstrndup(text, size)), size};
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

/* No limit is saved as the integer 1000000000000000019884624838656, so that file's integers are read as reals. */
static json_t *read_json(const char *dir, const char *name, size_t flags)
{
    char *path = path_join(dir, name);
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

/* Without its pieces where those could be read by themselves. */
static json_t *read_tokenizer(struct vocab *v, const char *dir)
{
    char *path = path_join(dir, "tokenizer.json");
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
    if (!json_is_object(pieces) || (v->n == 0 && json_object_size(pieces) == 0))
        die("%s/tokenizer.json: no vocabulary in it", dir);
    const char *prefix = json_string_value(json_object_get(model, "continuing_subword_prefix"));
    if (prefix && strcmp(prefix, "##") != 0)
        die("%s/tokenizer.json: pieces inside a word begin with '%s'; only '##' is known here", dir, prefix);
    if (v->n > 0)
        return;
    size_t total = 0, used = 0;
    const char *text;
    json_object_foreach(pieces, text, id)
        total += strlen(text);
    char *memory = xmalloc(total, 1);
    vocab_keep(v, memory);
    json_object_foreach(pieces, text, id) {
        size_t size = strlen(text);
        if (!json_is_integer(id) || json_integer_value(id) < 0)
            die("%s/tokenizer.json: the id of '%s' is no whole number", dir, text);
        memcpy(memory + used, text, size);
        vocab_set(v, (struct str){memory + used, size}, (size_t)json_integer_value(id));
        used += size;
    }
    vocab_index(v);
}

static void add_token(struct vocab *v, struct added_token token)
{
    for (size_t i = 0; i < v->n_added; i++)
        if (v->added[i].text.size == token.text.size && memcmp(v->added[i].text.data, token.text.data, token.text.size) == 0) {
            v->added[i] = token;
            return;
        }
    v->added = xrealloc(v->added, v->n_added + 1, sizeof *v->added);
    v->added[v->n_added++] = token;
}

/* How a token of its own is called: one that is matched after normalisation is kept normalised. */
static struct str token_name(struct vocab *v, const struct added_token *token)
{
    struct symbols raw = {0}, normal = {0};
    if (!token->normalized)
        return token->text;
    symbols_decode(token->text, 0, &raw);
    symbols_normalize(v, raw.data, raw.n, &normal);
    char *name = xmalloc(4 * normal.n + 1, 1);
    size_t size = 0;
    for (size_t i = 0; i < normal.n; i++)
        size += utf8_encode(normal.data[i].code, name + size);
    free(raw.data);
    free(normal.data);
    return (struct str){vocab_keep(v, name), size};
}

/* A token given as a string or an object; it has the id of its piece, or else the next one. */
static int32_t read_added(struct vocab *v, json_t *json, const char *otherwise, bool normalized)
{
    const char *text = token_text(json) ? token_text(json) : otherwise;
    if (!*text)
        return -1;
    json_t *normal = json_object_get(json, "normalized");
    struct added_token token = {
        .text = keep_copy(v, text), .id = vocab_find(v, text, strlen(text)),
        .single_word = json_is_true(json_object_get(json, "single_word")),
        .lstrip = json_is_true(json_object_get(json, "lstrip")),
        .rstrip = json_is_true(json_object_get(json, "rstrip")),
        .normalized = json_is_boolean(normal) ? json_is_true(normal) : normalized,
    };
    if (token.id < 0) {
        token.id = (int32_t)v->n;
        vocab_set(v, token_name(v, &token), v->n);
    }
    add_token(v, token);
    return token.id;
}

struct files { json_t *tokenizer, *config, *map, *model, *added; };

struct listed_token { int64_t id; json_t *json; const char *name; };
struct token_list { struct listed_token *data; size_t n, room; };

static void list_token(struct token_list *list, int64_t id, json_t *json, const char *name)
{
    GROW(list->data, list->room, list->n + 1);
    list->data[list->n++] = (struct listed_token){id, json, name};
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct listed_token *)a)->id, y = ((const struct listed_token *)b)->id;
    return (x > y) - (x < y);
}

/* Added tokens come in the order of their ids. The list that transformers 4 saves in tokenizer_config.json has all of them;
 * before it there were added_tokens.json and tokenizer.json. */
static void read_added_tokens(struct vocab *v, const struct files *f, bool bert)
{
    struct token_list list = {0};
    json_t *decoder = json_object_get(f->config, "added_tokens_decoder"), *entry;
    const char *key;
    size_t i;
    json_object_foreach(decoder ? NULL : f->added, key, entry)
        list_token(&list, json_integer_value(entry), NULL, key);
    json_array_foreach(decoder && bert ? NULL : json_object_get(f->tokenizer, "added_tokens"), i, entry)
        list_token(&list, json_integer_value(json_object_get(entry, "id")), entry, "");
    json_object_foreach(decoder, key, entry)
        list_token(&list, strtoll(key, NULL, 10), entry, "");
    if (list.n)
        qsort(list.data, list.n, sizeof *list.data, by_id);
    for (i = 0; i < list.n; i++)
        read_added(v, list.data[i].json, list.data[i].name, !json_is_true(json_object_get(list.data[i].json, "special")));
    free(list.data);
}

/* The id of a special token, which is matched as a whole; appended to the vocabulary if it is not in it. */
static int32_t special(struct vocab *v, const char *dir, json_t *config, json_t *map, const char *key, const char *otherwise)
{
    json_t *token = json_object_get(map, key);
    if (!token_text(token))
        token = json_object_get(config, key);
    const char *text = token_text(token) ? token_text(token) : otherwise;
    int32_t id = vocab_find(v, text, strlen(text));
    if (id < 0 && strcmp(key, "unk_token") == 0)
        die("%s: the vocabulary has no %s", dir, text);
    for (size_t i = 0; i < v->n_added; i++)
        if (v->added[i].id == id)
            return id;
    return read_added(v, token, otherwise, false);
}

/* Special tokens beyond the five, by their old and their new name. */
static void read_more_special(struct vocab *v, json_t *config, json_t *map)
{
    json_t *list = json_object_get(config, "extra_special_tokens"), *token;
    size_t i;
    if (!json_is_array(list))
        list = json_object_get(map, "additional_special_tokens");
    if (!json_is_array(list))
        list = json_object_get(config, "additional_special_tokens");
    json_array_foreach(list, i, token) {
        const char *text = token_text(token);
        bool known = false;
        for (size_t k = 0; text && k < v->n_added; k++)
            known = known || str_is(v->added[k].text, text);
        if (!known)
            read_added(v, token, "", false);
    }
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

static void finish(struct vocab *v, const char *dir, const struct files *f)
{
    bool bert = !f->tokenizer || says_bert(f->model, f->config);
    /* special_tokens_map.json is older than added_tokens_decoder, and does not count beside it. */
    json_t *map = json_object_get(f->config, "added_tokens_decoder") ? NULL : f->map;
    v->prefix = "##";
    v->prefix_size = 2;
    read_options(v, f->config);
    if (!bert)
        read_normalizer(v, dir, f->tokenizer);
    read_added_tokens(v, f, bert);
    v->unk = special(v, dir, f->config, map, "unk_token", "[UNK]");
    v->sep = special(v, dir, f->config, map, "sep_token", "[SEP]");
    v->pad = special(v, dir, f->config, map, "pad_token", "[PAD]");
    v->cls = special(v, dir, f->config, map, "cls_token", "[CLS]");
    v->mask = special(v, dir, f->config, map, "mask_token", "[MASK]");
    read_more_special(v, f->config, map);
}

struct vocab *vocab_read_file(const char *path)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    read_text(v, path);
    finish(v, path, &(struct files){0});
    return v;
}

struct vocab *vocab_read(const char *dir)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    struct files f = {read_tokenizer(v, dir), read_json(dir, "tokenizer_config.json", JSON_DECODE_INT_AS_REAL),
                      read_json(dir, "special_tokens_map.json", 0), read_json(dir, "config.json", 0),
                      read_json(dir, "added_tokens.json", 0)};
    char *text = path_join(dir, "vocab.txt");
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
