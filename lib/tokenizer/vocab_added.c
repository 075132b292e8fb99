/* vocab_added: the tokens of the tokenizer's files that are matched as a whole. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/vocab_private.h"

const char *vocab_json_token(json_t *token, const char *path, const char *key)
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

int32_t vocab_add_token(struct vocab *v, json_t *json, const char *path, const char *key, const char *otherwise, bool special)
{
    const char *text = vocab_json_token(json, path, key);
    json_t *object = json_is_object(json) ? json : NULL;
    if (!text)
        text = otherwise;
    struct added_token token = {
        .text = keep_copy(v, text),
        .id = vocab_find(v, text, strlen(text)),
        .single_word = jsonfile_bool(object, path, "single_word", false),
        .lstrip = jsonfile_bool(object, path, "lstrip", false),
        .rstrip = jsonfile_bool(object, path, "rstrip", false),
        .normalized = jsonfile_bool(object, path, "normalized", !special),
        .special = special,
    };
    if (token.id < 0) {
        token.id = (int32_t)v->n;
        vocab_set(v, str_short_of(token_name(v, &token)), v->n);
    }
    add_token(v, token);
    return token.id;
}

struct vocab_listed {
    int64_t id;
    json_t *json;
    const char *path, *key, *name; /* key: of the list; name: the token, where json is none */
};
struct vocab_list {
    struct vocab_listed *data;
    size_t n, room;
};

static void list_token(struct vocab_list *list, const char *path, const char *key, int64_t id, json_t *json, const char *name)
{
    GROW(list->data, list->room, list->n + 1);
    list->data[list->n++] = (struct vocab_listed){id, json, path, key, name};
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct vocab_listed *)a)->id, y = ((const struct vocab_listed *)b)->id;
    return (x > y) - (x < y);
}

/* Added tokens come in the order of their ids. The list that transformers 4 saves in tokenizer_config.json has all of them.
 * Older directories have them in added_tokens.json and tokenizer.json. */
void vocab_read_added(struct vocab *v, const struct vocab_files *f)
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
        list_token(&list, f->added.path, "added_tokens", id, NULL, key);
    }
    json_t *added = json_object_get(f->tokenizer.json, "added_tokens");
    if (added && !json_is_array(added))
        jsonfile_die(f->tokenizer.path, "added_tokens", added, "a list of tokens");
    json_array_foreach(decoder && v->family ? NULL : added, i, entry)
    {
        int64_t id = (int64_t)jsonfile_size(entry, f->tokenizer.path, "id", 0, VOCAB_MAX, 0);
        list_token(&list, f->tokenizer.path, "added_tokens", id, entry, NULL);
    }
    json_object_foreach(decoder, key, entry)
    {
        char *end;
        int64_t id = strtoll(key, &end, 10);
        if (end == key || *end || id < 0)
            die("%s: \"added_tokens_decoder\" has the id \"%s\", which is not a whole number", f->config.path, key);
        list_token(&list, f->config.path, "added_tokens_decoder", id, entry, NULL);
    }
    if (list.n)
        qsort(list.data, list.n, sizeof *list.data, by_id);
    for (i = 0; i < list.n; i++) {
        const struct vocab_listed *t = &list.data[i];
        if (!t->name && !vocab_json_token(t->json, t->path, t->key))
            jsonfile_die(t->path, t->key, t->json, "a token");
        bool is_special = t->name ? vocab_is_special(f, t->name)
                                  : jsonfile_bool(json_is_object(t->json) ? t->json : NULL, t->path, "special", false);
        vocab_add_token(v, t->json, t->path, t->key, t->name, is_special);
    }
    free(list.data);
}
