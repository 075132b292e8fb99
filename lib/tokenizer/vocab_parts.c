/* vocab_parts: the parts of a tokenizer.json besides its pieces. Those of a class that transformers makes from
 * tokenizer_config.json do not count, but they must be right. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/vocab_private.h"
#include "tokenizer/wordpiece.h"

/* ---- the model ---- */

static const struct algorithm *const algorithms[] = {&wordpiece_algorithm};

static const struct algorithm *find_algorithm(const char *type, const char *path)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (strcmp(algorithms[i]->name, type) == 0)
            return algorithms[i];
    die("%s: a %s model; only WordPiece (BERT) is known here", path, type);
}

void vocab_read_model(struct vocab *v, const struct vocab_file *f)
{
    json_t *model = json_object_get(f->json, "model");
    const char *type = jsonfile_text(model, f->path, "type");
    const struct algorithm *usual = v->family ? v->family->algorithm : &wordpiece_algorithm; /* older files do not tell */
    v->algorithm = type ? find_algorithm(type, f->path) : usual;
    if (v->family && v->algorithm != usual)
        die("%s: a %s model, but the tokenizer's class is %s, which has a %s model", f->path, type, v->family->name, usual->name);
    vocab_read_pieces(v, json_object_get(model, "vocab"), f->path);
    v->algorithm->read(v, model, f->path);
}

/* ---- the steps ---- */

/* The package writes null for a part that is not there, and uses none. Who writes a file by hand leaves the key out. */
static bool is_left_out(const struct vocab *v, const struct vocab_file *f, const char *part)
{
    bool is = v->algorithm == &wordpiece_algorithm && !json_object_get(f->json, part);
    if (is)
        warn("%s: there is no \"%s\"; that of BERT is used", f->path, part);
    return is;
}

void vocab_read_steps(struct vocab *v, const struct vocab_file *f)
{
    normalize_read(&v->normalizer, json_object_get(f->json, "normalizer"), f->path);
    if (is_left_out(v, f, "pre_tokenizer"))
        pretokenize_bert_add(&v->pretokenizer);
    else
        pretokenize_read(&v->pretokenizer, json_object_get(f->json, "pre_tokenizer"), f->path);
    v->lower_from = "\"lowercase\" of tokenizer.json";
}

/* ---- the other parts ---- */

static bool is_in(const char *const *list, const char *text)
{
    while (*list && strcmp(*list, text) != 0)
        list++;
    return *list != NULL;
}

static void check_part(const struct vocab_file *f, const char *part, const char *const *known, bool may_miss)
{
    json_t *value = json_object_get(f->json, part);
    const char *type = jsonfile_text(value, f->path, "type");
    if (value && !json_is_null(value) && !type)
        die("%s: \"%s\" has no \"type\"", f->path, part);
    if (!type && !may_miss)
        die("%s: the %s is missing; only %s is known here", f->path, part, known[0]);
    if (type && !is_in(known, type))
        die("%s: the %s %s; only %s is known here", f->path, part, type, known[0]);
}

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

/* One piece before the sentence and one after it; in a tokenizer that is nothing but its file, those that wptok puts there. */
static void check_post_processor(const struct vocab *v, const struct vocab_file *f)
{
    json_t *post = json_object_get(f->json, "post_processor"), *single = json_object_get(post, "single");
    if (!json_is_object(post))
        return;
    bool is_template = strcmp(json_string_value(json_object_get(post, "type")), "TemplateProcessing") == 0;
    const char *cls = special_of(json_array_get(single, 0)), *sep = special_of(json_array_get(single, 2));
    const char *id = json_string_value(json_object_get(json_object_get(json_array_get(single, 1), "Sequence"), "id"));
    if (is_template && (json_array_size(single) != 3 || !cls || !sep || !id || strcmp(id, "A") != 0))
        die("%s: the post_processor does not put one piece before a sentence and one after it, as BERT's does", f->path);
    if (!v->family && (id_of(post, "cls", cls) != v->cls || id_of(post, "sep", sep) != v->sep))
        die("%s: the post_processor puts other pieces around a sentence than the cls_token (id %d) and the sep_token (id %d)",
            f->path, v->cls, v->sep);
}

/* What BERT's class does not use must be right nevertheless. */
static void check_bert(const struct vocab_file *f)
{
    check_part(f, "normalizer", (const char *const[]){"BertNormalizer", NULL}, true);
    check_part(f, "pre_tokenizer", (const char *const[]){"BertPreTokenizer", NULL}, true);
    check_part(f, "decoder", (const char *const[]){"WordPiece", NULL}, true);
    normalize_bert_options(json_object_get(f->json, "normalizer"), f->path);
}

void vocab_check_parts(const struct vocab *v, const struct vocab_file *f)
{
    if (v->family == &vocab_bert)
        check_bert(f);
    check_part(f, "post_processor", (const char *const[]){"TemplateProcessing", "BertProcessing", NULL},
               v->family || is_left_out(v, f, "post_processor"));
    check_post_processor(v, f);
    const char *unk = jsonfile_text(json_object_get(f->json, "model"), f->path, "unk_token");
    if (!v->family && unk && vocab_find(v, unk, strlen(unk)) != v->unk)
        die("%s: the model's \"unk_token\" is %s, but that of tokenizer_config.json is another", f->path, unk);
}
