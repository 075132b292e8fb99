/* bertinit: a model directory to train: an encoder from a checkpoint, or all new, and a head with the stream's labels. */
#include <stdlib.h>
#include <sys/stat.h>

#include <tagpipe/cli.h>
#include "base/stage.h"
#include "model/weights.h"
#include "tokenizer/vocab.h"
#include "train/init.h"

static const char *from, *config_path, *vocab, *labels_from, *field, *labels, *out_dir;
static uint64_t seed = 42;
static bool convert, cased, uncased, prefix_space;
static const struct cli_option options[] = {
    {'f', "from", "DIR", "checkpoint whose encoder to take", CLI_PATH, &from, 0},
    {'c', "config", "FILE", "or: a config.json; all weights are new", CLI_PATH, &config_path, 0},
    {0, "convert", NULL, "only put the checkpoint's weights into model.safetensors, as they are", CLI_FLAG, &convert, 0},
    {'v', "vocab", "DIR|FILE", "tokenizer's files, or a vocab.txt (the checkpoint's)", CLI_PATH, &vocab, 0},
    {0, "cased", NULL, "the new tokenizer keeps upper case (as its files say)", CLI_FLAG, &cased, 0},
    {0, "uncased", NULL, "or: it makes lower case of all text", CLI_FLAG, &uncased, 0},
    {0, "add-prefix-space", NULL, "byte-level BPE: it cuts texts and words as after a blank", CLI_FLAG, &prefix_space, 0},
    {'l', "labels-from", "FILE|DIR", "take the label names from this stream, or model", CLI_PATH, &labels_from, 0},
    {0, "field", "NAME", "whose labels (labels, ner_tags, or the only one there)", CLI_TEXT, &field, 0},
    {0, "labels", "A,B,...", "or: the label names (the checkpoint's)", CLI_TEXT, &labels, 0},
    {'s', "seed", "N", "seed of the new tensors (42)", CLI_SEED, &seed, 0},
    {'o', "output", "DIR", "the new model directory (needed)", CLI_PATH, &out_dir, 0},
    {0},
};

static void check_options(void)
{
    struct stat a, b;
    if (!from == !config_path)
        die_usage("which model to start from? --from DIR or --config FILE");
    if (labels_from && labels)
        die_usage("--labels-from or --labels, not both");
    if (convert && (config_path || labels_from || labels))
        die_usage("--convert keeps all of a checkpoint: it goes with --from, and without --labels");
    if (cased && uncased)
        die_usage("--cased or --uncased, not both");
    if (!out_dir)
        die_usage("where to? -o DIR");
    if (from && stat(from, &a) == 0 && stat(out_dir, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino)
        die_usage("the new model needs another directory than %s", from);
}

static const struct cli cli = {"bertinit", "make a model directory to train", NULL, options, check_options};

int main(int argc, char **argv)
{
    cli_parse(&cli, argc, argv);
    stage_lock(out_dir);
    struct config *config = from ? config_read(from) : config_read_file(config_path);
    bool stream_has_prefix_space = labels_from && init_labels_from_stream(config, labels_from, field);
    if (labels)
        init_labels_from_list(config, labels);
    struct init_tokenizer tokenizer = {.source = vocab ? vocab : from, .is_own = !vocab, .cased = cased, .uncased = uncased};
    tokenizer.prefix_space = prefix_space;
    tokenizer.stream_has_prefix_space = stream_has_prefix_space;
    init_check_tokenizer(&tokenizer, config);
    struct params *params = params_new(config);
    float *weights = convert ? NULL : weights_start(from, config, params, seed);
    struct stage *stage = stage_open(out_dir);
    const char *dir = stage_folder(stage);
    init_copy_tokenizer(&tokenizer, dir);
    if (convert) {
        init_copy_config(from, dir);
        weights_convert(from, params, dir, out_dir);
    } else {
        config_write(config, dir);
        init_weights(params, weights, dir);
    }
    init_commit(stage, tokenizer.source);
    if (!vocab_exists(out_dir))
        warn("%s has no tokenizer; see --vocab", out_dir);
    free(weights);
    params_free(params);
    config_free(config);
    return 0;
}
