/* vocab_class: which tokenizer a directory has, by its class. The files of a vocabulary look the same for classes that cut
 * words in other ways. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/vocab_private.h"
#include "tokenizer/bpe.h"
#include "tokenizer/pretokenize_bytelevel.h"
#include "tokenizer/wordpiece.h"

/* Classes without "Fast" at the end. transformers 5 makes a BertTokenizer for each of these names, and for these model types. */
static const char *const bert_class[] = {"BertTokenizer",   "DistilBertTokenizer", "ElectraTokenizer",     "LayoutLMTokenizer",
                                         "LxmertTokenizer", "MobileBertTokenizer", "SqueezeBertTokenizer", NULL};
static const char *const bert_type[] = {"bert",   "convbert",      "distilbert", "electra",    "ernie",       "layoutlm",
                                        "lxmert", "megatron-bert", "mobilebert", "nomic_bert", "squeezebert", NULL};
static const char *const roberta_class[] = {"RobertaTokenizer", NULL};
static const char *const roberta_type[] = {"roberta", "data2vec-text",        "ibert", "lilt", "longformer", "mega",
                                           "mra",     "roberta-prelayernorm", NULL};
/* Classes that are nothing but a tokenizer.json. */
static const char *const file_class[] = {"PreTrainedTokenizer", "TokenizersBackend", NULL};

#define KNOWN                                                                                                                    \
    "known here are BertTokenizer, DistilBertTokenizer, ElectraTokenizer, RobertaTokenizer, XLMRobertaTokenizer and "            \
    "CamembertTokenizer, with or without Fast, and PreTrainedTokenizerFast with a tokenizer.json"

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
        die("%s: \"auto_map\" says that the tokenizer is code of its own, %s, which is not run here; if a tokenizer that is "
            "known here gives the same pieces, name its class and remove \"auto_map\"",
            config->path, json_dumps(own, JSON_ENCODE_ANY | JSON_COMPACT));
}

static void set_bert(struct vocab *v, const struct vocab_files *f)
{
    const struct vocab_file *c = &f->config;
    struct normalize_bert options = {.clean_text = true,
                                     .lower = jsonfile_bool(c->json, c->path, "do_lower_case", true),
                                     .chinese = jsonfile_bool(c->json, c->path, "tokenize_chinese_chars", true)};
    options.strip_accents = normalize_bert_accents(c->json, c->path, options.lower);
    v->lower_from = json_object_get(c->json, "do_lower_case") ? "\"do_lower_case\" of tokenizer_config.json" : NULL;
    normalize_bert_add(&v->normalizer, options);
    pretokenize_bert_add(&v->pretokenizer);
}

/* Its byte-level steps have two options, which tokenizer.json does not change. */
static void set_roberta(struct vocab *v, const struct vocab_files *f)
{
    const struct vocab_file *c = &f->config;
    bool prefix = jsonfile_bool(c->json, c->path, "add_prefix_space", false);
    pretokenize_bytelevel_add(&v->pretokenizer, prefix, true);
    v->trims = jsonfile_bool(c->json, c->path, "trim_offsets", true);
    v->trims_prefix = prefix;
    v->spelling = HEADER_SPELLING_BYTE_LEVEL;
}

static const struct vocab_names bert_names = {.unk = "[UNK]", .sep = "[SEP]", .pad = "[PAD]", .cls = "[CLS]", .mask = "[MASK]"};
const struct vocab_names vocab_roberta_names = {
    .bos = "<s>", .eos = "</s>", .unk = "<unk>", .sep = "</s>", .pad = "<pad>", .cls = "<s>", .mask = "<mask>"};

const struct vocab_family vocab_bert = {
    .name = "BertTokenizer",
    .class = bert_class,
    .type = bert_type,
    .algorithm = &wordpiece_algorithm,
    .files = "vocab.txt",
    .read = vocab_read_bert_files,
    .names = &bert_names,
    .set = set_bert,
};
static const struct vocab_family roberta = {
    .name = "RobertaTokenizer",
    .class = roberta_class,
    .type = roberta_type,
    .algorithm = &bpe_algorithm,
    .files = "vocab.json with merges.txt",
    .read = vocab_read_bpe_files,
    .names = &vocab_roberta_names,
    .set = set_roberta,
};

static const struct vocab_family *const families[] = {&vocab_bert, &roberta, &vocab_xlm_roberta, &vocab_camembert};

static const struct vocab_family *find_family(const char *name, size_t size, bool is_type)
{
    for (size_t i = 0; i < sizeof families / sizeof *families; i++)
        if (is_in(is_type ? families[i]->type : families[i]->class, name, size))
            return families[i];
    return NULL;
}

static const struct vocab_family *choose(const struct vocab_files *f)
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
        const struct vocab_family *family = find_family(class, size, false);
        if (family)
            return family;
        if (!is_in(file_class, class, size))
            die("%s: \"tokenizer_class\" is %s, which is not known here; " KNOWN, from->path, class);
        if (!f->has_tokenizer)
            die("%s: \"tokenizer_class\" is %s, which needs a tokenizer.json, and there is none; if vocab.txt is BERT's, the "
                "class is BertTokenizer",
                from->path, class);
        return NULL;
    }
    const char *type = jsonfile_text(f->model.json, f->model.path, "model_type");
    const struct vocab_family *family = type ? find_family(type, strlen(type), true) : NULL;
    if (type && !family)
        die("%s: \"model_type\" is %s, and its tokenizer is not known here; " KNOWN
            "; if it is one of these, say so in tokenizer_config.json with \"tokenizer_class\"",
            f->model.path, type);
    return type ? family : f->has_tokenizer ? NULL : &vocab_bert;
}

const struct vocab_family *vocab_family(const struct vocab_files *f)
{
    const struct vocab_family *family = choose(f);
    check_other_keys(&f->config);
    return family;
}
