/* bertinit: a model directory to train: an encoder from a checkpoint, or all new, and a head with the stream's labels. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "stream/compat.h"
#include "base/outfile.h"
#include "stream/compat.h"
#include "tokenizer/vocab.h"
#include "model/weights.h"

static const char *from, *config_path, *vocab, *labels_from, *field, *labels, *out_dir;
static uint64_t seed = 42;
static const struct cli_option options[] = {
    {'f', "from", "DIR", "checkpoint whose encoder to take", CLI_PATH, &from, 0},
    {'c', "config", "FILE", "or: a config.json; all weights are new", CLI_PATH, &config_path, 0},
    {'v', "vocab", "DIR|FILE", "tokenizer's files, or a vocab.txt (the checkpoint's)", CLI_PATH, &vocab, 0},
    {'l', "labels-from", "FILE", "take the label names from this stream", CLI_PATH, &labels_from, 0},
    {0, "field", "NAME", "whose labels (labels, ner_tags, or the only one there)", CLI_TEXT, &field, 0},
    {0, "labels", "A,B,...", "or: the label names (the checkpoint's)", CLI_TEXT, &labels, 0},
    {'s', "seed", "N", "seed of what is new (42)", CLI_SEED, &seed, 0},
    {'o', "output", "DIR", "the new model directory (needed)", CLI_PATH, &out_dir, 0},
    {0},
};
static const struct cli cli = {"bertinit", "make a model directory to train", NULL, options, NULL};

static const struct label_set *choose(const struct header *h)
{
    static const char *const usual[] = {"labels", "ner_tags"};
    if (field)
        return header_labels(h, field);
    for (size_t i = 0; i < 2; i++)
        if (header_labels(h, usual[i]))
            return header_labels(h, usual[i]);
    return h->n_label_sets == 1 ? h->label_set : NULL;
}

static void labels_of_stream(struct config *config)
{
    struct reader *in = reader_open((const char *const[]){labels_from, NULL}, NULL);
    const struct header *h = reader_header(in);
    const struct label_set *chosen = choose(h);
    if (!chosen) {
        char **name = xmalloc(h->n_label_sets, sizeof *name);
        for (size_t i = 0; i < h->n_label_sets; i++)
            name[i] = h->label_set[i].field;
        die("%s has no labels of '%s'; it has labels of: %s; see --field", labels_from, field ? field : "ner_tags",
            h->n_label_sets ? names_join(h->n_label_sets, name) : "nothing");
    }
    config_set_labels(config, chosen->n, (const char *const *)chosen->name);
    reader_close(in);
}

static void labels_of_text(struct config *config)
{
    const char *name[1024];
    size_t n = 0;
    char *copy = xstrdup(labels), *rest;
    for (char *part = strtok_r(copy, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) {
        for (size_t i = 0; i < n; i++)
            if (strcmp(name[i], part) == 0)
                die_usage("--labels has '%s' twice", part);
        if (n == sizeof name / sizeof *name)
            die_usage("--labels: more than %zu", n);
        name[n++] = part;
    }
    if (n == 0)
        die_usage("--labels has no name");
    config_set_labels(config, n, name);
    free(copy);
}

/* An interrupted run leaves a directory without weights, never one with those of another model. */
static void prepare(const char *dir)
{
    static const char *const old[] = {"optimizer.safetensors.next", "optimizer.safetensors", "model.safetensors"};
    file_make_folder(dir);
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        char *path = file_path(dir, old[i]);
        if (file_exists(path) && remove(path))
            die("cannot replace %s:", path);
        free(path);
    }
}

static void check_options(void)
{
    struct stat a, b;
    if (!from == !config_path)
        die_usage("what shall the model be made of? --from DIR or --config FILE");
    if (labels_from && labels)
        die_usage("--labels-from or --labels, not both");
    if (!out_dir)
        die_usage("where to? -o DIR");
    if (from && stat(from, &a) == 0 && stat(out_dir, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        die_usage("the new model needs another directory than %s", from);
}

static void copy_vocab(const struct config *config)
{
    int64_t size;
    char hash[17];
    const char *source = vocab ? vocab : from;
    if (source)
        vocab_copy(source, out_dir);
    if (!source || !vocab_identify(out_dir, &size, hash))
        warn("%s has no tokenizer; see --vocab", out_dir);
    else if ((uint64_t)size > config->vocab_size)
        die("the vocabulary has %lld pieces, the model's embeddings have only %zu: they do not belong together",
            (long long)size, config->vocab_size);
}

int main(int argc, char **argv)
{
    cli_parse(&cli, argc, argv);
    check_options();
    struct config *config = from ? config_read(from) : config_read_file(config_path);
    if (labels_from)
        labels_of_stream(config);
    else if (labels)
        labels_of_text(config);
    struct params *params = params_new(config);
    float *weights = weights_start(from, config, params, seed);

    prepare(out_dir);
    copy_vocab(config);
    config_write(config, out_dir);
    char *path = file_path(out_dir, "model.safetensors");
    struct outfile *out = outfile_open(path);
    weights_write(out, params, weights);
    outfile_commit(out);
    free(path);
    free(weights);
    params_free(params);
    config_free(config);
    return 0;
}
