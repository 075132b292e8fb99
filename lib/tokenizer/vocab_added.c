/* vocab_added: the tokens of the tokenizer's files that are matched as a whole: special tokens, and those that were added. */
#include <stdlib.h>
#include <string.h>

#include "tokenizer/vocab_private.h"

/* A token is given as a string or as {"content": ...}. */
static const char *token_text(json_t *token)
{
    if (json_is_object(token))
        token = json_object_get(token, "content");
    return json_string_value(token);
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
    struct symbols raw = {0}, normal = {0};
    if (!token->normalized)
        return token->text;
    symbols_decode(token->text, &raw);
    normalize_bert(&v->normalizer, raw.data, raw.n, &normal);
    char *name = xmalloc(4 * normal.n + 1, 1);
    size_t size = symbols_encode(normal.data, normal.n, name);
    free(raw.data);
    free(normal.data);
    return (struct str){vocab_keep(v, name), size};
}

/* Add a token that is given as a string or an object. Its id is that of its piece, or else the next free one. */
static int32_t read_added(struct vocab *v, json_t *json, const char *otherwise, bool normalized)
{
    const char *text = token_text(json) ? token_text(json) : otherwise;
    if (!*text)
        return -1;
    json_t *normal = json_object_get(json, "normalized");
    struct added_token token = {
        .text = keep_copy(v, text),
        .id = vocab_find(v, text, strlen(text)),
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

struct vocab_listed {
    int64_t id;
    json_t *json;
    const char *name;
};
struct vocab_list {
    struct vocab_listed *data;
    size_t n, room;
};

static void list_token(struct vocab_list *list, int64_t id, json_t *json, const char *name)
{
    GROW(list->data, list->room, list->n + 1);
    list->data[list->n++] = (struct vocab_listed){id, json, name};
}

static int by_id(const void *a, const void *b)
{
    int64_t x = ((const struct vocab_listed *)a)->id, y = ((const struct vocab_listed *)b)->id;
    return (x > y) - (x < y);
}

/* Added tokens come in the order of their ids. The list that transformers 4 saves in tokenizer_config.json has all of them. Older
 * directories have them in added_tokens.json and tokenizer.json. */
static void read_added_tokens(struct vocab *v, const struct vocab_files *f, bool bert)
{
    struct vocab_list list = {0};
    json_t *decoder = json_object_get(f->config, "added_tokens_decoder"), *entry;
    const char *key;
    size_t i;
    json_object_foreach(decoder ? NULL : f->added, key, entry) list_token(&list, json_integer_value(entry), NULL, key);
    json_array_foreach(decoder && bert ? NULL : json_object_get(f->tokenizer, "added_tokens"), i, entry)
        list_token(&list, json_integer_value(json_object_get(entry, "id")), entry, "");
    json_object_foreach(decoder, key, entry) list_token(&list, strtoll(key, NULL, 10), entry, "");
    if (list.n)
        qsort(list.data, list.n, sizeof *list.data, by_id);
    for (i = 0; i < list.n; i++)
        read_added(v, list.data[i].json, list.data[i].name, !json_is_true(json_object_get(list.data[i].json, "special")));
    free(list.data);
}

/* The id of a special token, which is matched as a whole. It is appended to the vocabulary if it is not there. */
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
    json_array_foreach(list, i, token)
    {
        const char *text = token_text(token);
        bool known = false;
        for (size_t k = 0; text && k < v->n_added; k++)
            known = known || str_is(v->added[k].text, text);
        if (!known)
            read_added(v, token, "", false);
    }
}

void vocab_read_tokens(struct vocab *v, const char *dir, const struct vocab_files *f, bool bert)
{
    /* special_tokens_map.json is older than added_tokens_decoder, and does not count if that is there. */
    json_t *map = json_object_get(f->config, "added_tokens_decoder") ? NULL : f->map;
    read_added_tokens(v, f, bert);
    v->unk = special(v, dir, f->config, map, "unk_token", "[UNK]");
    v->sep = special(v, dir, f->config, map, "sep_token", "[SEP]");
    v->pad = special(v, dir, f->config, map, "pad_token", "[PAD]");
    v->cls = special(v, dir, f->config, map, "cls_token", "[CLS]");
    v->mask = special(v, dir, f->config, map, "mask_token", "[MASK]");
    read_more_special(v, f->config, map);
}
