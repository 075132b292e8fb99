/* vocab_unigram: the tokenizers of XLM-RoBERTa and CamemBERT: what transformers makes of the pieces of a tokenizer.json, or,
 * where there is none, of sentencepiece.bpe.model. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "tokenizer/metaspace.h"
#include "tokenizer/normalize_text.h"
#include "tokenizer/pretokenize_split.h"
#include "tokenizer/sentencepiece.h"
#include "tokenizer/unigram.h"
#include "tokenizer/vocab_private.h"

enum { UNDERLINE = 0x2581 };

/* ---- the steps ---- */

/* The first charsmap of the normalizer, or of the list that it is. */
static json_t *find_charsmap(json_t *normalizer)
{
    json_t *list = json_object_get(normalizer, "normalizers"), *item;
    const char *type = json_string_value(json_object_get(normalizer, "type"));
    size_t i;
    if (type && strcmp(type, "Precompiled") == 0)
        return normalizer;
    json_array_foreach(list, i, item)
    {
        type = json_string_value(json_object_get(item, "type"));
        if (type && strcmp(type, "Precompiled") == 0 && json_object_get(item, "precompiled_charsmap"))
            return item;
    }
    return NULL;
}

static void set_steps(struct vocab *v, const struct vocab_files *f)
{
    const struct vocab_file *c = &f->config;
    json_t *map = find_charsmap(json_object_get(f->tokenizer.json, "normalizer"));
    bool prefix = jsonfile_bool(c->json, c->path, "add_prefix_space", true);
    if (map)
        normalize_text_read_charsmap(&v->normalizer, map, f->tokenizer.path);
    pretokenize_split_add_white(&v->pretokenizer);
    metaspace_add(&v->pretokenizer, UNDERLINE, prefix ? METASPACE_ALWAYS : METASPACE_NEVER, true);
    v->spelling = prefix ? HEADER_SPELLING_METASPACE : HEADER_SPELLING_METASPACE_BARE;
}

static void set_xlm_roberta(struct vocab *v, const struct vocab_files *f)
{
    set_steps(v, f);
    v->unknown = 3;
    if (v->n_indexed <= 3)
        die("%s: a vocabulary of %zu pieces; that of XLM-RoBERTa has <unk> as its fourth", f->tokenizer.path, v->n_indexed);
}

/* The piece of unk_token that comes first. */
static void set_camembert(struct vocab *v, const struct vocab_files *f)
{
    const char *unk = vocab_token_text(f, "unk_token", vocab_roberta_names.unk);
    set_steps(v, f);
    v->unknown = 0;
    for (size_t id = v->n_indexed; id-- > 0;)
        if (str_is(vocab_piece(v, id), unk))
            v->unknown = (int32_t)id;
}

/* ---- sentencepiece.bpe.model ---- */

static void add(struct vocab *v, const char *text, double score)
{
    vocab_scores_add(v, str_short_of(str_of(vocab_keep(v, xstrdup(text)))), score);
}

/* Pieces in front of those of the model, and <mask> behind them. `first`: how many of the model's are left out. */
static bool read_model(struct vocab *v, const struct vocab_files *f, const char *dir, size_t first, const char *const *front,
                       size_t n_front)
{
    char *path = file_path(dir, "sentencepiece.bpe.model");
    bool there = file_exists(path);
    if (there) {
        size_t size;
        char *data = vocab_keep(v, file_read(path, VOCAB_FILE_MAX, &size));
        struct sentencepiece model = sentencepiece_read(data, size, path);
        for (size_t i = 0; i < n_front; i++)
            add(v, front[i], strcmp(front[i], "<unk>NOTUSED") == 0 ? -100 : 0);
        for (size_t i = first; i < model.n; i++)
            vocab_scores_add(v, str_short_of(model.piece[i].text), (double)model.piece[i].score);
        add(v, vocab_token_text(f, "mask_token", "<mask>"), 0);
        vocab_index(v);
        if (model.charsmap.data)
            normalize_text_add_charsmap(&v->normalizer, charsmap_new(model.charsmap.data, model.charsmap.size, path));
        v->more = xmalloc(model.n, sizeof *v->more);
        for (size_t i = 0; i < model.n; i++)
            if (model.piece[i].type == SENTENCEPIECE_CONTROL || model.piece[i].type == SENTENCEPIECE_USER_DEFINED)
                v->more[v->n_more++] = model.piece[i].text;
        sentencepiece_free(&model);
    }
    free(path);
    return there;
}

static bool read_xlm_roberta(struct vocab *v, const struct vocab_files *f, const char *dir)
{
    const char *const front[] = {vocab_token_text(f, "bos_token", "<s>"), vocab_token_text(f, "pad_token", "<pad>"),
                                 vocab_token_text(f, "eos_token", "</s>"), vocab_token_text(f, "unk_token", "<unk>")};
    return read_model(v, f, dir, 3, front, sizeof front / sizeof *front);
}

static bool read_camembert(struct vocab *v, const struct vocab_files *f, const char *dir)
{
    const char *const front[] = {"<s>NOTUSED", vocab_token_text(f, "pad_token", "<pad>"), "</s>NOTUSED",
                                 vocab_token_text(f, "unk_token", "<unk>"), "<unk>NOTUSED"};
    return read_model(v, f, dir, 1, front, sizeof front / sizeof *front);
}

/* ---- the families ---- */

static const char *const xlm_roberta_class[] = {"XLMRobertaTokenizer", NULL};
static const char *const xlm_roberta_type[] = {"xlm-roberta", "xmod", NULL};
static const char *const camembert_class[] = {"CamembertTokenizer", NULL};
static const char *const camembert_type[] = {"camembert", NULL};
static const char *const camembert_more[] = {"<s>NOTUSED", "</s>NOTUSED", "<unk>NOTUSED", NULL};

const struct vocab_family vocab_xlm_roberta = {
    .name = "XLMRobertaTokenizer",
    .class = xlm_roberta_class,
    .type = xlm_roberta_type,
    .algorithm = &unigram_algorithm,
    .files = "sentencepiece.bpe.model",
    .read = read_xlm_roberta,
    .names = &vocab_roberta_names,
    .around_is_bos = true,
    .set = set_xlm_roberta,
};
const struct vocab_family vocab_camembert = {
    .name = "CamembertTokenizer",
    .class = camembert_class,
    .type = camembert_type,
    .algorithm = &unigram_algorithm,
    .files = "sentencepiece.bpe.model",
    .read = read_camembert,
    .names = &vocab_roberta_names,
    .more = camembert_more,
    .around_is_bos = true,
    .mask_strips_left = true,
    .set = set_camembert,
};
