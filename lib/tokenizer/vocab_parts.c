/* vocab_parts: the parts of a tokenizer.json besides its pieces. Those of a class that transformers makes from
 * tokenizer_config.json do not count. */
#include <stdlib.h>
#include <string.h>

#include "base/jsonfile.h"
#include "tokenizer/bpe.h"
#include "tokenizer/normalize_bert.h"
#include "tokenizer/unigram.h"
#include "tokenizer/vocab_private.h"
#include "tokenizer/wordpiece.h"

/* ---- the model ---- */

static const struct algorithm *const algorithms[] = {&wordpiece_algorithm, &bpe_algorithm, &unigram_algorithm};

static const struct algorithm *find_algorithm(const char *type, const char *path)
{
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        if (strcmp(algorithms[i]->name, type) == 0)
            return algorithms[i];
    die("%s: a %s model; only WordPiece, BPE and Unigram are known here", path, type);
}

void vocab_read_model(struct vocab *v, const struct vocab_file *f)
{
    json_t *model = json_object_get(f->json, "model");
    const char *type = jsonfile_text(model, f->path, "type");
    const struct algorithm *usual = v->family                          ? v->family->algorithm /* older files do not tell */
                                    : json_object_get(model, "merges") ? &bpe_algorithm
                                    : json_object_get(model, "unk_id") ? &unigram_algorithm
                                                                       : &wordpiece_algorithm;
    v->algorithm = type ? find_algorithm(type, f->path) : usual;
    if (v->family && v->algorithm != usual)
        die("%s: a %s model, but the tokenizer's class is %s, which has a %s model", f->path, type, v->family->name, usual->name);
    if (v->algorithm == &unigram_algorithm)
        vocab_scores_read(v, json_object_get(model, "vocab"), f->path);
    else
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

static enum header_spelling read_wordpiece(json_t *decoder, const char *path)
{
    const char *prefix = jsonfile_text(decoder, path, "prefix");
    if (prefix && strcmp(prefix, "##") != 0)
        die("%s: the decoder has the prefix '%s'; only '##' is known here", path, prefix);
    return jsonfile_bool(decoder, path, "cleanup", true) ? HEADER_SPELLING_WORDPIECE : HEADER_SPELLING_WORDPIECE_RAW;
}

static enum header_spelling read_metaspace(json_t *decoder, const char *path)
{
    const char *scheme = jsonfile_text(decoder, path, "prepend_scheme"), *blank = jsonfile_text(decoder, path, "replacement");
    if (blank && strcmp(blank, "\xe2\x96\x81") != 0)
        die("%s: the decoder has the replacement '%s'; only U+2581 is known here", path, blank);
    return scheme && strcmp(scheme, "never") == 0 ? HEADER_SPELLING_METASPACE_BARE : HEADER_SPELLING_METASPACE;
}

/* How the pieces spell a text. The prefix of a WordPiece model says what continues a word, so its decoder must be one, too. */
static enum header_spelling read_decoder(struct vocab *v, const struct vocab_file *f)
{
    json_t *decoder = json_object_get(f->json, "decoder");
    bool words = v->algorithm == &wordpiece_algorithm && v->prefix_size > 0, is_null = !decoder || json_is_null(decoder);
    const char *type = jsonfile_text(decoder, f->path, "type");
    if (!decoder && words)
        return HEADER_SPELLING_WORDPIECE;
    if (is_null)
        return words ? HEADER_SPELLING_WORDPIECE_SPACED : HEADER_SPELLING_SPACED;
    if (type && strcmp(type, "WordPiece") == 0 && words)
        return read_wordpiece(decoder, f->path);
    if (type && strcmp(type, "ByteLevel") == 0 && !words)
        return HEADER_SPELLING_BYTE_LEVEL;
    if (type && strcmp(type, "Metaspace") == 0 && !words)
        return read_metaspace(decoder, f->path);
    die("%s: the decoder %s; only WordPiece with a WordPiece model, and ByteLevel and Metaspace with others are known here",
        f->path, type ? type : "has no \"type\"");
}

void vocab_read_steps(struct vocab *v, const struct vocab_file *f)
{
    normalize_read(&v->normalizer, json_object_get(f->json, "normalizer"), f->path);
    if (is_left_out(v, f, "pre_tokenizer"))
        pretokenize_bert_add(&v->pretokenizer);
    else
        pretokenize_read(&v->pretokenizer, json_object_get(f->json, "pre_tokenizer"), f->path);
    v->lower_from = "\"lowercase\" of tokenizer.json";
    v->spelling = read_decoder(v, f);
}

/* ---- the other parts ---- */

/* transformers 5 makes the steps of BERT's classes from tokenizer_config.json. Before it those of the file counted. */
static void warn_of_other(const struct vocab_file *f, const char *part, const char *usual, const char *older)
{
    const char *type = json_string_value(json_object_get(json_object_get(f->json, part), "type"));
    if (type && strcmp(type, usual) != 0 && !(older && strcmp(type, older) == 0))
        warn("%s: the %s %s does not count: as in transformers 5, a BERT tokenizer has %s", f->path, part, type, usual);
}

static void check_bert(const struct vocab_file *f)
{
    warn_of_other(f, "normalizer", "BertNormalizer", NULL);
    warn_of_other(f, "pre_tokenizer", "BertPreTokenizer", NULL);
    warn_of_other(f, "post_processor", "TemplateProcessing", "BertProcessing");
    warn_of_other(f, "decoder", "WordPiece", NULL);
    normalize_bert_options(json_object_get(f->json, "normalizer"), f->path);
}

void vocab_check_parts(struct vocab *v, const struct vocab_file *f)
{
    if (v->family == &vocab_bert)
        check_bert(f);
    if (v->family)
        return;
    if (!is_left_out(v, f, "post_processor"))
        vocab_read_post(v, f);
    const char *unk = jsonfile_text(json_object_get(f->json, "model"), f->path, "unk_token");
    if (unk && v->unk >= 0 && vocab_find(v, unk, strlen(unk)) != v->unk)
        die("%s: the model's \"unk_token\" is %s, but that of tokenizer_config.json is another", f->path, unk);
}
