/* vocab_files: reading the tokenizer's files, with the precedence of transformers 5 (see Tokenizers in wptok(1)). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/jsonfile.h"
#include "tokenizer/vocab_private.h"

/* ---- JSON ---- */

static struct vocab_file read_json(const char *dir, const char *name, size_t flags)
{
    char *path = file_path(dir, name);
    return (struct vocab_file){path, file_exists(path) ? jsonfile_read(path, VOCAB_FILE_MAX, flags) : NULL};
}

/* Its pieces are left out if vocab_json could read them. */
static struct vocab_file read_tokenizer(struct vocab *v, const char *dir)
{
    char *path = file_path(dir, "tokenizer.json");
    struct buffer rest = {0};
    json_t *json = NULL;
    if (file_exists(path) && vocab_json_pieces(v, path, &rest))
        json = json_loadb(rest.data, rest.n, 0, NULL);
    free(rest.data);
    if (json_is_object(json))
        return (struct vocab_file){path, json};
    json_decref(json);
    free(path);
    v->n = v->n_merges = 0; /* and no scores */
    v->normalizer.charsmap = (struct str){0};
    return read_json(dir, "tokenizer.json", 0);
}

enum { LENGTH_MIN = 2 }; /* [CLS] and [SEP], or what the model has for them */

/* "No limit" is saved as the integer 1000000000000000019884624838656, so integers of tokenizer_config.json are read as reals.
 * max_len is its name in older files. */
static size_t max_length(const struct vocab_file *f)
{
    const char *key = jsonfile_is_missing(f->json, "model_max_length") ? "max_len" : "model_max_length";
    const json_t *value = json_object_get(f->json, key);
    double length = json_number_value(value);
    if (jsonfile_is_missing(f->json, key) || length >= 1e9)
        return 0;
    if (length < LENGTH_MIN || length != floor(length))
        jsonfile_die(f->path, key, value, "a whole number from 2 on, for the two special pieces of a sentence");
    return (size_t)length;
}

static bool truncates_left(const struct vocab_file *f)
{
    const char *side = jsonfile_text(f->json, f->path, "truncation_side");
    if (side && strcmp(side, "left") != 0 && strcmp(side, "right") != 0)
        jsonfile_die(f->path, "truncation_side", json_object_get(f->json, "truncation_side"), "left or right");
    return side && strcmp(side, "left") == 0;
}

/* Models like RoBERTa number the positions of pieces from the one after pad_token_id on. */
static size_t max_positions(const struct vocab_file *f)
{
    static const char *const later[] = {"roberta", "xlm-roberta", "camembert", "longformer"};
    const char *type = jsonfile_text(f->json, f->path, "model_type");
    size_t n = jsonfile_size(f->json, f->path, "max_position_embeddings", LENGTH_MIN, INT32_MAX, 0), before = 0;
    for (size_t i = 0; type && i < sizeof later / sizeof *later; i++)
        if (strcmp(type, later[i]) == 0)
            before = jsonfile_is_missing(f->json, "pad_token_id")
                         ? 2
                         : 1 + jsonfile_size(f->json, f->path, "pad_token_id", 0, INT32_MAX, 1);
    if (n > 0 && n < before + LENGTH_MIN)
        die("%s: \"max_position_embeddings\" is %zu, which leaves no position for pieces after pad_token_id", f->path, n);
    return n > 0 ? n - before : 0;
}

static void read_limits(struct vocab *v, const struct vocab_files *f)
{
    const struct vocab_file *model = &f->model, *file = &f->tokenizer;
    size_t length = jsonfile_size(json_object_get(file->json, "truncation"), file->path, "max_length", LENGTH_MIN, INT32_MAX, 0);
    v->model_max_length = max_length(&f->config);
    if (!v->family && v->model_max_length == 0)
        v->model_max_length = length;
    v->truncates_left = truncates_left(&f->config);
    v->max_positions = max_positions(model);
    v->embeddings = jsonfile_size(model->json, model->path, "vocab_size", 1, INT32_MAX, 0);
}

/* When the pieces are there. `name`: of the directory, or of the vocab.txt, for messages. */
static void finish(struct vocab *v, const char *name, const struct vocab_files *f)
{
    if (v->family)
        v->family->set(v, f);
    else
        vocab_read_steps(v, &f->tokenizer);
    read_limits(v, f);
    vocab_read_tokens(v, name, f);
    if (f->tokenizer.json)
        vocab_check_parts(v, &f->tokenizer);
}

struct vocab *vocab_read_file(const char *path)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    v->family = &vocab_bert;
    v->algorithm = v->family->algorithm;
    vocab_read_text(v, path);
    v->algorithm->read(v, NULL, path);
    finish(v, path, &(struct vocab_files){0});
    return v;
}

static void free_file(struct vocab_file f)
{
    free(f.path);
    json_decref(f.json);
}

/* What to do if the files are those of another class. */
static const char *hint(const char *dir)
{
    if (file_is_in(dir, "best"))
        return "; this is a training's folder: the model is in its folder best";
    if (file_is_in(dir, "vocab.json"))
        return "; vocab.json is: \"tokenizer_class\" of tokenizer_config.json should say whose it is, mostly RobertaTokenizer";
    if (file_is_in(dir, "sentencepiece.bpe.model"))
        return "; sentencepiece.bpe.model is: \"tokenizer_class\" of tokenizer_config.json should say whose it is, "
               "XLMRobertaTokenizer or CamembertTokenizer";
    return "";
}

struct vocab *vocab_read(const char *dir)
{
    struct vocab *v = xcalloc(1, sizeof *v);
    struct vocab_files f = {
        .has_tokenizer = file_is_in(dir, "tokenizer.json"),
        .config = read_json(dir, "tokenizer_config.json", JSON_DECODE_INT_AS_REAL),
        .map = read_json(dir, "special_tokens_map.json", 0),
        .model = read_json(dir, "config.json", 0),
        .added = read_json(dir, "added_tokens.json", 0),
    };
    v->family = vocab_family(&f); /* before the pieces: those of another class are none to us */
    v->algorithm = v->family ? v->family->algorithm : NULL;
    f.tokenizer = read_tokenizer(v, dir);
    if (f.tokenizer.json)
        vocab_read_model(v, &f.tokenizer);
    else if (!v->family->read(v, &f, dir))
        die("%s: neither tokenizer.json nor %s there%s", dir, v->family->files, v->family == &vocab_bert ? hint(dir) : "");
    finish(v, dir, &f);
    free_file(f.tokenizer);
    free_file(f.config);
    free_file(f.map);
    free_file(f.model);
    free_file(f.added);
    return v;
}

bool vocab_exists(const char *dir)
{
    static const char *const one_of[] = {"tokenizer.json", "vocab.txt", "vocab.json", "sentencepiece.bpe.model"};
    bool there = false;
    for (size_t i = 0; i < sizeof one_of / sizeof *one_of; i++)
        there = there || file_is_in(dir, one_of[i]);
    return there;
}

bool vocab_identify(const char *dir, int64_t *size, char hash[17])
{
    if (!vocab_exists(dir))
        return false;
    struct vocab *v = vocab_read(dir);
    *size = (int64_t)v->n;
    vocab_hash(v, hash);
    vocab_free(v);
    return true;
}
