/* vocab_added: the tokens of the tokenizer's files that are matched as a whole: special tokens, and those that were added. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/vocab_private.h"

/* A token is given as a string or as {"content": "..."}; NULL: as neither, and null is none. `key` is for the message. */
static const char *token_text(json_t *token, const char *path, const char *key)
{
    json_t *text = json_is_object(token) ? json_object_get(token, "content") : token;
    if (token && !json_is_null(token) && (!json_is_string(text) || json_string_length(text) == 0))
        jsonfile_die(path, key, token, "a token");
    return json_string_value(text);
}

static struct str keep_copy(struct vocab *v, const char *text)
{
    size_t size = strlen(text);
    return (struct str){vocab_keep(v, xstrndup(text, size)), size};
}

static void add_token(struct vocab *v, struct added_token token)
{
    for (size_t i = 0; i < v->n_added; i++)
        if (str_equal(v->added[i].text, token.text)) {
            v->added[i] = token;
            return;
        }
    v->added = xrealloc(v->added, v->n_added + 1, sizeof *v->added);
    v->added[v->n_added++] = token;
}

/* How a token that is not a piece is called. One that is matched after normalisation is kept normalised. */
static struct str token_name(struct vocab *v, const struct added_token *token)
{
    struct symbols raw = {0}, normal = {0}, spare = {0};
    if (!token->normalized)
        return token->text;
    symbols_decode(token->text, &raw);
    normalize_run(&v->normalizer, raw.data, raw.n, &normal, &spare);
    char *name = xmalloc(4 * normal.n + 1, 1);
    size_t size = symbols_encode(normal.data, normal.n, name);
    free(raw.data);
    free(normal.data);
    free(spare.data);
    return (struct str){vocab_keep(v, name), size};
}

/* Add a token that is given as a string or an object (NULL, null: it is called `otherwise`). Its id is that of its piece, or
 * else the next free one. */
static int32_t read_added(struct vocab *v, json_t *json, const char *path, const char *key, const char *otherwise,
                          bool normalized)
{
    const char *text = token_text(json, path, key);
    json_t *object = json_is_object(json) ? json : NULL;
    if (!text)
        text = otherwise;
    struct added_token token = {
        .text = keep_copy(v, text),
        .id = vocab_find(v, text, strlen(text)),
        .single_word = jsonfile_bool(object, path, "single_word", false),
        .lstrip = jsonfile_bool(object, path, "lstrip", false),
        .rstrip = jsonfile_bool(object, path, "rstrip", false),
        .normalized = jsonfile_bool(object, path, "normalized", normalized),
    };
    if (token.id < 0) {
        token.id = (int32_t)v->n;
        vocab_set(v, token_name(v, &token), v->n);
    }
    add_token(v, token);
    return token.id;
}

struct vocab_listed {
    int64_t id;
    json_t *json;
    const char *path, *name; /* name: the token, where json is none */
};
struct vocab_list {
    struct vocab_listed *data;
    size_t n, room;
};

static void list_token(struct vocab_list *list, const struct vocab_file *f, int64_t id, json_t *json, const char *name)
{
    GROW(list->data, list->room, list->n + 1);
    list->data[list->n++] = (struct vocab_listed){id, json, f->path, name};
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct vocab_listed *)a)->id, y = ((const struct vocab_listed *)b)->id;
    return (x > y) - (x < y);
}

/* Added tokens come in the order of their ids. The list that transformers 4 saves in tokenizer_config.json has all of them.
 * Older directories have them in added_tokens.json and tokenizer.json. */
static void read_added_tokens(struct vocab *v, const struct vocab_files *f)
{
    struct vocab_list list = {0};
    json_t *decoder = json_object_get(f->config.json, "added_tokens_decoder"), *entry;
    const char *key;
    size_t i;
    if (decoder && !json_is_object(decoder))
        jsonfile_die(f->config.path, "added_tokens_decoder", decoder, "an object");
    json_object_foreach(decoder ? NULL : f->added.json, key, entry)
    {
        int64_t id = (int64_t)jsonfile_size(f->added.json, f->added.path, key, 0, VOCAB_MAX, 0);
        list_token(&list, &f->added, id, NULL, key);
    }
    json_t *added = json_object_get(f->tokenizer.json, "added_tokens");
    if (added && !json_is_array(added))
        jsonfile_die(f->tokenizer.path, "added_tokens", added, "a list of tokens");
    json_array_foreach(decoder && v->family ? NULL : added, i, entry)
    {
        int64_t id = (int64_t)jsonfile_size(entry, f->tokenizer.path, "id", 0, VOCAB_MAX, 0);
        list_token(&list, &f->tokenizer, id, entry, NULL);
    }
    json_object_foreach(decoder, key, entry)
    {
        char *end;
        int64_t id = strtoll(key, &end, 10);
        if (end == key || *end || id < 0)
            die("%s: \"added_tokens_decoder\" has the id \"%s\", which is not a whole number", f->config.path, key);
        list_token(&list, &f->config, id, entry, NULL);
    }
    if (list.n)
        qsort(list.data, list.n, sizeof *list.data, by_id);
    for (i = 0; i < list.n; i++) {
        const struct vocab_listed *t = &list.data[i];
        if (!t->name && !token_text(t->json, t->path, "added_tokens"))
            jsonfile_die(t->path, "added_tokens", t->json, "a token");
        bool is_special = jsonfile_bool(json_is_object(t->json) ? t->json : NULL, t->path, "special", false);
        read_added(v, t->json, t->path, "added_tokens", t->name, !is_special);
    }
    free(list.data);
}

/* special_tokens_map.json is older than added_tokens_decoder, and does not count if that is there. */
static struct vocab_file map_of(const struct vocab_files *f)
{
    return json_object_get(f->config.json, "added_tokens_decoder") ? (struct vocab_file){0} : f->map;
}

/* The file that has this special token. */
static struct vocab_file file_of(const struct vocab_files *f, const char *key)
{
    struct vocab_file map = map_of(f);
    return jsonfile_is_missing(map.json, key) ? f->config : map;
}

const char *vocab_token_text(const struct vocab_files *f, const char *key, const char *otherwise)
{
    struct vocab_file from = file_of(f, key);
    const char *text = token_text(json_object_get(from.json, key), from.path, key);
    return text ? text : otherwise;
}

/* The id of a special token, which is matched as a whole. Of two with the same text the last one counts, unless a list has it.
 * It is appended to the vocabulary if it is not there. -1: there is no such token. */
static int32_t special(struct vocab *v, const char *dir, const struct vocab_files *f, const char *key, const char *otherwise)
{
    struct vocab_file from = file_of(f, key);
    json_t *token = json_object_get(from.json, key);
    const char *text = vocab_token_text(f, key, otherwise);
    if (!text)
        return -1;
    int32_t id = vocab_find(v, text, strlen(text));
    if (id < 0 && strcmp(key, "unk_token") == 0 && !v->merges) /* byte-level BPE does not need one */
        die("%s: the vocabulary has no %s", dir, text);
    for (size_t i = 0; i < v->n_listed; i++)
        if (v->added[i].id == id)
            return id;
    id = read_added(v, token, from.path, key, otherwise, false);
    for (size_t i = v->n_listed; i < v->n_added; i++)
        if (v->added[i].id == id && strcmp(key, "mask_token") == 0 && v->family && v->family->mask_strips_left
            && !json_is_object(token))
            v->added[i].lstrip = true;
    return id;
}

/* One of the special tokens beyond the usual ones, given as JSON or by its text. */
static void read_one_more(struct vocab *v, json_t *token, const char *path, const char *key, const char *text)
{
    for (size_t k = 0; text && k < v->n_added; k++)
        if (str_is(v->added[k].text, text))
            return;
    if (text)
        read_added(v, token, path, key, text, false);
}

/* By their old and their new name. Those of tokenizer_config.json go before those of a sentencepiece model, and these before
 * those of special_tokens_map.json. */
static void read_more_special(struct vocab *v, const struct vocab_files *f)
{
    static const char old[] = "additional_special_tokens", new[] = "extra_special_tokens";
    struct vocab_file from = f->config;
    const char *key = json_is_array(json_object_get(from.json, new)) ? new : old;
    if (key == old && jsonfile_is_missing(from.json, old))
        from = map_of(f);
    json_t *list = json_object_get(from.json, key), *token;
    bool is_older = key == old && from.path != f->config.path;
    size_t i;
    if (list && !json_is_array(list) && !json_is_null(list))
        jsonfile_die(from.path, key, list, "a list of tokens");
    if (is_older && v->n_more > 0)
        for (i = 0; i < v->n_more; i++) {
            char *text = xstrndup(v->more[i].data, v->more[i].size);
            read_one_more(v, NULL, NULL, key, text);
            free(text);
        }
    else
        json_array_foreach(list, i, token) read_one_more(v, token, from.path, key, token_text(token, from.path, key));
    for (i = 0; !json_is_array(list) && v->n_more == 0 && v->family && v->family->more && v->family->more[i]; i++)
        read_one_more(v, NULL, NULL, key, v->family->more[i]);
}

void vocab_read_tokens(struct vocab *v, const char *name, const struct vocab_files *f)
{
    static const struct vocab_names none_named = {0};
    const struct vocab_names *names = v->family                              ? v->family->names
                                      : v->algorithm == vocab_bert.algorithm ? vocab_bert.names
                                                                             : &none_named;
    read_added_tokens(v, f);
    v->n_listed = v->n_added;
    int32_t bos = special(v, name, f, "bos_token", names->bos);
    int32_t eos = special(v, name, f, "eos_token", names->eos);
    v->unk = special(v, name, f, "unk_token", names->unk);
    v->sep = special(v, name, f, "sep_token", names->sep);
    v->pad = special(v, name, f, "pad_token", names->pad);
    v->cls = special(v, name, f, "cls_token", names->cls);
    v->mask = special(v, name, f, "mask_token", names->mask);
    if (v->family && v->family->around_is_bos) {
        v->cls = bos;
        v->sep = eos;
    }
    read_more_special(v, f);
}
