/* init: the parts of a model directory to train. */
#include "train/init.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/stage.h"
#include "bert/packed.h"
#include "stream/reader.h"
#include "base/names.h"
#include "tokenizer/trained.h"
#include "tokenizer/vocab.h"

static bool is_folder(const char *path)
{
    char *inside = file_path(path, ".");
    bool is = file_exists(inside);
    free(inside);
    return is;
}

/* NULL: none. */
static const struct label_set *choose_labels(const struct header *h, const char *field)
{
    static const char *const usual[] = {"labels", "ner_tags"};
    if (field)
        return header_labels(h, field);
    for (size_t i = 0; i < 2; i++)
        if (header_labels(h, usual[i]))
            return header_labels(h, usual[i]);
    return h->n_label_sets == 1 ? h->label_set : NULL;
}

_Noreturn static void die_of_field(const struct header *h, const char *path, const char *field)
{
    char **name = xmalloc(h->n_label_sets, sizeof *name);
    for (size_t i = 0; i < h->n_label_sets; i++)
        name[i] = h->label_set[i].field;
    die("%s has no labels of '%s'; it has labels of: %s; see --field", path, field ? field : "ner_tags",
        h->n_label_sets ? names_join(h->n_label_sets, name) : "nothing");
}

bool init_labels_from_stream(struct config *config, const char *path, const char *field)
{
    if (is_folder(path)) {
        struct config *model = config_read(path);
        config_set_labels(config, model->num_labels, (const char *const *)model->label);
        config_free(model);
        return false;
    }
    struct header *h = reader_header_of(path);
    const struct label_set *chosen = choose_labels(h, field);
    if (!chosen)
        die_of_field(h, path, field);
    config_set_labels(config, chosen->n, (const char *const *)chosen->name);
    bool prefix_space = trained_has_prefix_space(h);
    header_free(h);
    return prefix_space;
}

void init_labels_from_list(struct config *config, const char *list)
{
    const char *name[INIT_LABELS_MAX];
    size_t n = 0;
    char *copy = xstrdup(list), *rest;
    for (char *part = strtok_r(copy, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
        for (size_t i = 0; i < n; i++)
            if (strcmp(name[i], part) == 0)
                die_usage("--labels has '%s' twice", part);
        if (n == INIT_LABELS_MAX)
            die_usage("--labels: more than %d", INIT_LABELS_MAX);
        name[n++] = part;
    }
    if (n == 0)
        die_usage("--labels has no name");
    config_set_labels(config, n, name);
    free(copy);
}

void init_commit(struct stage *stage, bool has_tokenizer)
{
    static const char *const model[] = {"config.json", "optimizer.safetensors.next", "optimizer.safetensors",
                                        "model.safetensors"}; /* without the last one it is no model */
    const char *name[VOCAB_FILES + sizeof model / sizeof *model];
    size_t n = has_tokenizer ? VOCAB_FILES : 0;
    memcpy(name, vocab_file_name, n * sizeof *name);
    memcpy(name + n, model, sizeof model);
    bert_packed_remove(stage_target(stage));
    stage_commit(stage, n + sizeof model / sizeof *model, name);
}

void init_check_tokenizer(struct init_tokenizer *t, const struct config *config)
{
    if (!t->source || (is_folder(t->source) && !vocab_exists(t->source))) {
        if (t->cased || t->uncased || t->prefix_space)
            die("--%s: there is no tokenizer; see --vocab", t->cased ? "cased" : t->uncased ? "uncased" : "add-prefix-space");
        return;
    }
    struct vocab *v = is_folder(t->source) ? vocab_read(t->source) : vocab_read_file(t->source);
    size_t rows = config->vocab_size;
    if (v->n > rows && !t->is_own)
        die("the vocabulary has %zu pieces, the model's embeddings have only %zu: they do not belong together", v->n, rows);
    if (v->n > rows)
        warn("the vocabulary has %zu pieces, the model's embeddings have only %zu: wptok refuses a text with a later one, "
             "the first of which is '%.*s'",
             v->n, rows, (int)vocab_piece(v, rows).size, vocab_piece(v, rows).data);
    if (!t->cased && !t->uncased)
        vocab_warn_case(v, t->source);
    if ((t->cased || t->uncased) && !vocab_has_case(v))
        die("--%s: the tokenizer of %s has no option for lower case; only BERT's has", t->cased ? "cased" : "uncased", t->source);
    bool bare = vocab_has_bare_words(v);
    if (!vocab_add_prefix_space(v) && t->prefix_space)
        die("--add-prefix-space: the tokenizer of %s has no such option; only byte-level BPE has it, as RoBERTa's", t->source);
    if (t->stream_has_prefix_space && bare && !t->prefix_space)
        warn("the new tokenizer has add_prefix_space, because the stream was cut so");
    t->prefix_space = bare && (t->prefix_space || t->stream_has_prefix_space);
    t->class = vocab_class(v);
    vocab_free(v);
}

void init_copy_tokenizer(const struct init_tokenizer *t, const char *dir)
{
    if (t->source)
        vocab_copy(t->source, dir);
    if (t->cased || t->uncased)
        vocab_set_lower(dir, t->uncased);
    if (t->prefix_space)
        vocab_set_prefix_space(dir);
    if (t->class)
        vocab_set_class(dir, t->class);
}

void init_copy_config(const char *from, const char *dir)
{
    char *source = file_path(from, "config.json"), *target = file_path(dir, "config.json");
    outfile_copy(source, target);
    free(source);
    free(target);
}

void init_weights(const struct params *params, const float *weights, const char *dir)
{
    char *path = file_path(dir, "model.safetensors");
    struct outfile *out = outfile_open(path);
    weights_write(out, params, weights);
    outfile_commit(out);
    free(path);
}
