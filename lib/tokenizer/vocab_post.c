/* vocab_post: the post-processor of a tokenizer.json: the pieces that stand around a sentence, and the place of a piece with a
 * blank. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/vocab_private.h"

/* {"SpecialToken": {"id": "[CLS]", ...}}: its id; NULL: it is something else. */
static const char *special_of(json_t *item)
{
    return json_string_value(json_object_get(json_object_get(item, "SpecialToken"), "id"));
}

/* The id that stands for a special token: ["[SEP]", 102], or {"[SEP]": {"ids": [102], ...}}. */
static json_int_t id_of(json_t *post, const char *key, const char *name)
{
    json_t *pair = json_object_get(post, key), *ids;
    ids = json_object_get(json_object_get(json_object_get(post, "special_tokens"), name ? name : ""), "ids");
    json_t *id = pair ? json_array_get(pair, 1) : json_array_size(ids) == 1 ? json_array_get(ids, 0) : NULL;
    return json_is_integer(id) ? json_integer_value(id) : -1;
}

/* Only the first token type is known. */
static void check_types(json_t *single, const char *path)
{
    json_t *item, *part;
    const char *key;
    size_t i;
    json_array_foreach(single, i, item) json_object_foreach(item, key, part)
    {
        long long type = json_integer_value(json_object_get(part, "type_id"));
        if (type != 0)
            die("%s: the post_processor has the type_id %lld for a sentence; only 0 is known here", path, type);
    }
}

/* Die unless a template is a piece, a sentence and a piece. */
static void check_around(json_t *post, const char *path)
{
    json_t *single = json_object_get(post, "single");
    const char *cls = special_of(json_array_get(single, 0)), *sep = special_of(json_array_get(single, 2));
    const char *id = json_string_value(json_object_get(json_object_get(json_array_get(single, 1), "Sequence"), "id"));
    const char *type = json_string_value(json_object_get(post, "type"));
    if (type && strcmp(type, "TemplateProcessing") == 0
        && (json_array_size(single) != 3 || !cls || !sep || !id || strcmp(id, "A") != 0))
        die("%s: the post_processor does not put one piece before a sentence and one after it, as is needed here", path);
    check_types(single, path);
}

static int32_t piece_around(const struct vocab *v, json_int_t id, const char *path)
{
    if (id < 0 || (size_t)id >= v->n || !vocab_piece(v, (size_t)id).data)
        die("%s: the post_processor puts a piece around a sentence that the vocabulary does not have, or several", path);
    return (int32_t)id;
}

/* The two pieces, whatever the cls_token and the sep_token are. */
static void read_around(struct vocab *v, json_t *post, const char *path)
{
    json_t *single = json_object_get(post, "single");
    check_around(post, path);
    v->cls = piece_around(v, id_of(post, "cls", special_of(json_array_get(single, 0))), path);
    v->sep = piece_around(v, id_of(post, "sep", special_of(json_array_get(single, 2))), path);
}

static void read_trim(struct vocab *v, json_t *post, const char *path)
{
    bool trims = jsonfile_bool(post, path, "trim_offsets", true), prefix = jsonfile_bool(post, path, "add_prefix_space", true);
    if (trims && v->trims)
        die("%s: the post_processor trims offsets twice, which is not known here", path);
    if (!trims)
        return;
    v->trims = true;
    v->trims_prefix = prefix;
}

/* Returns whether it puts pieces around a sentence. */
static bool read_one(struct vocab *v, json_t *post, const char *path)
{
    const char *type = jsonfile_text(post, path, "type");
    bool around = type && (strcmp(type, "BertProcessing") == 0 || strcmp(type, "TemplateProcessing") == 0), trim = false;
    if (type && strcmp(type, "RobertaProcessing") == 0)
        around = trim = true;
    if (type && strcmp(type, "ByteLevel") == 0)
        trim = true;
    if (!around && !trim)
        die("%s: the post_processor %s; only TemplateProcessing, BertProcessing, RobertaProcessing and ByteLevel are known here",
            path, type ? type : "has no \"type\"");
    if (trim)
        read_trim(v, post, path);
    if (around)
        read_around(v, post, path);
    return around;
}

void vocab_read_post(struct vocab *v, const struct vocab_file *f)
{
    json_t *post = json_object_get(f->json, "post_processor"), *list = json_object_get(post, "processors"), *item;
    const char *type = json_is_object(post) ? jsonfile_text(post, f->path, "type") : NULL;
    size_t i, around = 0;
    if (!json_is_object(post))
        die("%s: the post_processor is missing; only TemplateProcessing, BertProcessing and RobertaProcessing are known here",
            f->path);
    if (!type || strcmp(type, "Sequence") != 0)
        around = read_one(v, post, f->path);
    json_array_foreach(type && strcmp(type, "Sequence") == 0 ? list : NULL, i, item) around += read_one(v, item, f->path);
    if (around != 1)
        die("%s: the post_processor does not put one piece before a sentence and one after it", f->path);
}
