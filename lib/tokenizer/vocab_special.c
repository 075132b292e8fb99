/* vocab_special: the special tokens of the tokenizer's files: the usual ones, and more, which have names or are in a list. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/vocab_private.h"

static const char *const usual[] = {"bos_token", "eos_token", "unk_token",  "sep_token",
                                    "pad_token", "cls_token", "mask_token", NULL};
static const char old_list[] = "additional_special_tokens", new_list[] = "extra_special_tokens";

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
    const char *text = vocab_json_token(json_object_get(from.json, key), from.path, key);
    return text ? text : otherwise;
}

/* Whether the tokenizers of transformers go wrong without this token. Byte-level BPE does not. */
static bool is_needed(const struct vocab *v, const struct vocab_files *f, const char *key)
{
    bool always = strcmp(key, "unk_token") == 0, if_made = strcmp(key, "pad_token") == 0 || strcmp(key, "mask_token") == 0;
    return v->family && !v->merges && (always || (if_made && !f->has_tokenizer));
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
    if (token && json_is_null(token) && is_needed(v, f, key))
        die("%s: \"%s\" is null, but %s needs one; name it, or remove the key", from.path, key, v->family->name);
    int32_t id = vocab_find(v, text, strlen(text));
    if (id < 0 && strcmp(key, "unk_token") == 0 && !v->merges) /* byte-level BPE does not need one */
        die("%s: the vocabulary has no %s, the \"unk_token\"", dir, text);
    for (size_t i = 0; i < v->n_listed; i++)
        if (v->added[i].id == id)
            return id;
    id = vocab_add_token(v, token, from.path, key, otherwise, true);
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
        vocab_add_token(v, token, path, key, text, true);
}

/* All tokens of a list, or of an object of named ones. */
static void read_all(struct vocab *v, json_t *tokens, const char *path, const char *key)
{
    json_t *token;
    const char *name;
    size_t i;
    json_array_foreach(tokens, i, token) read_one_more(v, token, path, key, vocab_json_token(token, path, key));
    json_object_foreach(json_is_object(tokens) ? tokens : NULL, name, token)
        read_one_more(v, token, path, name, vocab_json_token(token, path, name));
}

static bool is_usual(const char *key)
{
    size_t i = 0;
    while (usual[i] && strcmp(usual[i], key) != 0)
        i++;
    return usual[i] != NULL;
}

/* transformers takes each text with a key like "image_token" for a special token of that name, and so an object that says what it
 * is. */
static void read_named(struct vocab *v, const struct vocab_file *f, bool objects_too)
{
    static const char end[] = "_token";
    const char *key;
    json_t *token;
    json_object_foreach(f->json, key, token)
    {
        size_t size = strlen(key);
        if (size < sizeof end || strcmp(key + size - (sizeof end - 1), end) != 0 || is_usual(key))
            continue;
        if (json_is_string(token) || (json_is_object(token) && (objects_too || json_object_get(token, "__type"))))
            read_one_more(v, token, f->path, key, vocab_json_token(token, f->path, key));
    }
}

/* NULL: it is null, or not there. */
static json_t *list_of(const struct vocab_file *f, const char *key)
{
    json_t *list = json_object_get(f->json, key);
    if (jsonfile_is_missing(f->json, key))
        return NULL;
    if (!json_is_array(list) && !(key == new_list && json_is_object(list)))
        jsonfile_die(f->path, key, list, "a list of tokens");
    return list;
}

/* Those that a sentencepiece model names. */
static void read_symbols(struct vocab *v)
{
    for (size_t i = 0; i < v->n_more; i++) {
        char *text = xstrndup(v->more[i].data, v->more[i].size);
        read_one_more(v, NULL, NULL, NULL, text);
        free(text);
    }
}

/* A list of special tokens has an old and a new name; under the new one there may be an object of named ones instead. That of
 * tokenizer_config.json goes before the symbols of a sentencepiece model, and these before the old list of
 * special_tokens_map.json, whose new list is appended; if it is an object, the list of tokenizer_config.json does not count. */
static void read_more_special(struct vocab *v, const struct vocab_files *f)
{
    struct vocab_file map = map_of(f);
    json_t *list = list_of(&f->config, new_list), *old = list_of(&f->config, old_list), *appended = list_of(&map, new_list);
    json_t *named = json_is_object(list) ? list : NULL;
    const char *key = json_is_array(list) ? new_list : old_list;
    if (named || !list)
        list = old;
    if (json_is_object(appended))
        list = NULL;
    read_all(v, named, f->config.path, new_list);
    read_all(v, json_is_object(appended) ? appended : NULL, map.path, new_list);
    if (list)
        read_all(v, list, f->config.path, key);
    if (json_is_array(appended))
        read_all(v, appended, map.path, new_list);
    else if (!list && v->n_more > 0)
        read_symbols(v);
    else if (!list) {
        read_all(v, list = list_of(&map, old_list), map.path, old_list);
        for (size_t i = 0; !list && v->family && v->family->more && v->family->more[i]; i++)
            read_one_more(v, NULL, NULL, NULL, v->family->more[i]);
    }
}

static bool list_has(json_t *list, const char *text)
{
    json_t *token;
    size_t i;
    json_array_foreach(list, i, token)
    {
        const char *one = json_string_value(json_is_object(token) ? json_object_get(token, "content") : token);
        if (one && strcmp(one, text) == 0)
            return true;
    }
    return false;
}

bool vocab_is_special(const struct vocab_files *f, const char *text)
{
    for (size_t i = 0; usual[i]; i++) {
        const char *one = vocab_token_text(f, usual[i], NULL);
        if (one && strcmp(one, text) == 0)
            return true;
    }
    return list_has(json_object_get(f->config.json, new_list), text) || list_has(json_object_get(f->config.json, old_list), text)
           || list_has(json_object_get(f->map.json, new_list), text);
}

void vocab_read_tokens(struct vocab *v, const char *name, const struct vocab_files *f)
{
    static const struct vocab_names none_named = {0};
    const struct vocab_names *names = v->family                              ? v->family->names
                                      : v->algorithm == vocab_bert.algorithm ? vocab_bert.names
                                                                             : &none_named;
    vocab_read_added(v, f);
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
    struct vocab_file map = map_of(f);
    read_named(v, &map, true);
    read_named(v, &f->config, false);
    read_more_special(v, f);
    v->splits_special = jsonfile_bool(f->config.json, f->config.path, "split_special_tokens", false);
}
