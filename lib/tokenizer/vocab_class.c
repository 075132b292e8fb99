/* vocab_class: whether a tokenizer is BERT's: by its class, and by the parts of its tokenizer.json. A vocab.txt looks the same
 * for classes that cut words in other ways. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/vocab_private.h"

/* Classes without "Fast" at the end. transformers 5 makes a BertTokenizer for each of these names, and for these model types. */
static const char *const bert_class[] = {"BertTokenizer",   "DistilBertTokenizer", "ElectraTokenizer",     "LayoutLMTokenizer",
                                         "LxmertTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer", NULL};
static const char *const bert_type[] = {"bert",   "convbert",      "distilbert", "electra",    "ernie",       "layoutlm",
                                        "lxmert", "megatron-bert", "mobilebert", "nomic_bert", "squeezebert", NULL};
/* Classes that are nothing but a tokenizer.json. */
static const char *const file_class[] = {"PreTrainedTokenizer", "TokenizersBackend", NULL};

#define KNOWN                                                                                                                    \
    "known here are BertTokenizer, DistilBertTokenizer and ElectraTokenizer, with or without Fast, and PreTrainedTokenizerFast " \
    "with the tokenizer.json of a BERT"

static bool is_in(const char *const *list, const char *text, size_t size)
{
    while (*list && (strlen(*list) != size || memcmp(*list, text, size) != 0))
        list++;
    return *list != NULL;
}

/* Keys of other tokenizers, which BERT's would pass over. */
static void check_other_keys(const struct vocab_file *config)
{
    static const char *const only[][2] = {{"word_tokenizer_type", "basic"}, {"subword_tokenizer_type", "wordpiece"}};
    for (size_t i = 0; i < sizeof only / sizeof *only; i++) {
        const char *value = jsonfile_text(config->json, config->path, only[i][0]);
        if (value && strcmp(value, only[i][1]) != 0)
            die("%s: \"%s\" is %s: not BERT's tokenizer, and not known here (BertJapaneseTokenizer has such keys); " KNOWN,
                config->path, only[i][0], value);
    }
    json_t *map = json_object_get(config->json, "auto_map");
    json_t *own = json_is_object(map) ? json_object_get(map, "AutoTokenizer") : map;
    if (own && !json_is_null(own))
        die("%s: \"auto_map\" says that the tokenizer is code of its own, %s, which is not run here; if BERT's tokenizer gives "
            "the same pieces, remove \"auto_map\"",
            config->path, json_dumps(own, JSON_ENCODE_ANY | JSON_COMPACT));
}

static bool is_bert(const struct vocab_files *f)
{
    const struct vocab_file *from = &f->config;
    const char *class = jsonfile_text(from->json, from->path, "tokenizer_class");
    if (!class) {
        from = &f->model;
        class = jsonfile_text(from->json, from->path, "tokenizer_class");
    }
    if (class) {
        size_t size = strlen(class);
        if (size > 4 && strcmp(class + size - 4, "Fast") == 0)
            size -= 4;
        if (is_in(bert_class, class, size))
            return true;
        if (!is_in(file_class, class, size))
            die("%s: \"tokenizer_class\" is %s, which is not known here; " KNOWN, from->path, class);
        if (!f->tokenizer.json)
            die("%s: \"tokenizer_class\" is %s, which needs a tokenizer.json, and there is none; if vocab.txt is BERT's, the "
                "class is BertTokenizer",
                from->path, class);
        return false;
    }
    const char *type = jsonfile_text(f->model.json, f->model.path, "model_type");
    if (type && !is_in(bert_type, type, strlen(type)))
        die("%s: \"model_type\" is %s, and its tokenizer is not known here; " KNOWN
            "; if it is one of these, say so in tokenizer_config.json with \"tokenizer_class\"",
            f->model.path, type);
    return type || !f->tokenizer.json;
}

bool vocab_is_bert(const struct vocab_files *f)
{
    bool bert = is_bert(f);
    check_other_keys(&f->config);
    return bert;
}

/* ---- parts of tokenizer.json ---- */

static void check_part(const struct vocab_file *f, const char *part, const char *const *known, bool may_miss)
{
    json_t *value = json_object_get(f->json, part);
    const char *type = jsonfile_text(value, f->path, "type");
    if (value && !json_is_null(value) && !type)
        die("%s: \"%s\" has no \"type\"", f->path, part);
    if (!type && !may_miss)
        die("%s: the %s is missing; only %s is known here", f->path, part, known[0]);
    if (type && !is_in(known, type, strlen(type)))
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
static void check_post_processor(const struct vocab *v, const struct vocab_file *f, bool bert)
{
    json_t *post = json_object_get(f->json, "post_processor"), *single = json_object_get(post, "single");
    if (!json_is_object(post))
        return;
    bool is_template = strcmp(json_string_value(json_object_get(post, "type")), "TemplateProcessing") == 0;
    const char *cls = special_of(json_array_get(single, 0)), *sep = special_of(json_array_get(single, 2));
    const char *id = json_string_value(json_object_get(json_object_get(json_array_get(single, 1), "Sequence"), "id"));
    if (is_template && (json_array_size(single) != 3 || !cls || !sep || !id || strcmp(id, "A") != 0))
        die("%s: the post_processor does not put one piece before a sentence and one after it, as BERT's does", f->path);
    if (!bert && (id_of(post, "cls", cls) != v->cls || id_of(post, "sep", sep) != v->sep))
        die("%s: the post_processor puts other pieces around a sentence than the cls_token (id %d) and the sep_token (id %d)",
            f->path, v->cls, v->sep);
}

/* The package writes null for a part that is not there, and uses none. Who writes a file by hand leaves the key out. */
static bool is_left_out(const struct vocab_file *f, const char *part)
{
    bool is = !json_object_get(f->json, part);
    if (is)
        warn("%s: there is no \"%s\"; that of BERT is used", f->path, part);
    return is;
}

void vocab_check_parts(const struct vocab *v, const struct vocab_file *f, bool bert)
{
    check_part(f, "normalizer", (const char *const[]){"BertNormalizer", NULL}, bert);
    check_part(f, "pre_tokenizer", (const char *const[]){"BertPreTokenizer", NULL}, bert || is_left_out(f, "pre_tokenizer"));
    check_part(f, "post_processor", (const char *const[]){"TemplateProcessing", "BertProcessing", NULL},
               bert || is_left_out(f, "post_processor"));
    check_part(f, "decoder", (const char *const[]){"WordPiece", NULL}, true);
    check_post_processor(v, f, bert);
    const char *unk = jsonfile_text(json_object_get(f->json, "model"), f->path, "unk_token");
    if (!bert && unk && vocab_find(v, unk, strlen(unk)) != v->unk)
        die("%s: the model's \"unk_token\" is %s, but that of tokenizer_config.json is another", f->path, unk);
}
