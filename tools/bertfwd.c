/* bertfwd: the forward pass of a model; every sentence gets its logits. */
#include <omp.h>
#include <stdlib.h>

#include "base/profile.h"
#include "base/progress.h"
#include "base/thread_setup.h"
#include "bert/packed.h"
#include "gemm/gemm.h"
#include "predict/batcher.h"
#include "predict/compat.h"

static const char *dir, *loss_path;
static size_t threads, max_pieces, batch = 8;
static int precision = PRECISION_FP32;
static bool loss, any_labels, profile, pack;
static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory (needed)", CLI_PATH, &dir, 0},
    {'t', "threads", "N", "threads (all processors)", CLI_COUNT, &threads, 1},
    {'g', "group", "N", "pieces computed together at most (1024 a thread)", CLI_COUNT, &max_pieces, 1},
    {'p', "precision", PRECISION_NAMES, "precision of the products with weight matrices (fp32)", CLI_CHOICE, &precision, 0},
    {0, "pack", NULL, "read no stream: write the packed weights beside the model, for all processes", CLI_FLAG, &pack, 0},
    {'l', "loss", NULL, "add each sentence's loss; the mean goes to stderr", CLI_FLAG, &loss, 0},
    {0, "loss-file", "FILE", "the same, but the means go to FILE, as JSON", CLI_PATH, &loss_path, 0},
    {0, "loss-batch", "N", "sentences a batch in the mean of batch means (8)", CLI_COUNT, &batch, 1},
    {0, "any-labels", NULL, "do not compare the stream's labels with the model's", CLI_FLAG, &any_labels, 0},
    {0, "profile", NULL, "where the time went, by operator, on stderr at the end", CLI_FLAG, &profile, 0},
    CLI_CHECKSUM,
    {0, "progress", NULL, "show progress even if stderr is not a terminal", CLI_FLAG, &cli_progress, 0},
    {0},
};

static void check(void)
{
    if (!dir)
        die_usage("which model? -m DIR");
    loss = loss || loss_path;
    thread_setup(threads, cli_argv());
    max_pieces = max_pieces ? max_pieces : 1024 * (size_t)omp_get_max_threads();
    if (pack && *cli_operands())
        die_usage("--pack reads no stream");
    if (pack)
        bert_packed_write(dir, (enum precision)precision), exit(0);
}

static const struct cli cli = {"bertfwd", "the forward pass of a model: adds logits", "[FILE...]", options, check};

/* Compute as soon as there are max_pieces, or nothing more has arrived: a line typed at the left is answered at the right. */
static void run(struct filter *f, struct batcher *batcher)
{
    struct progress progress = progress_start("tagging", "sentences", 0, 0, cli_progress);
    double done = 0;
    for (struct record *r; (r = filter_next(f)); done++) {
        batcher_add(batcher, r);
        if (batcher_size(batcher) < max_pieces && reader_ready(filter_reader(f)))
            continue;
        batcher_run(batcher, f);
        progress_share(&progress, done + 1, reader_share(filter_reader(f)));
    }
    batcher_run(batcher, f);
    progress_share(&progress, done, reader_share(filter_reader(f)));
    progress_end(&progress, NULL);
}

int main(int argc, char **argv)
{
    cli_about = gemm_backend_about;
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    if (profile)
        profile_start();
    struct config *config = config_read(dir);
    filter_need(f, "input_ids");
    if (loss)
        filter_need(f, "labels");
    compat_vocab(filter_header(f), dir);
    struct pieces_labels labels =
        any_labels ? compat_any_labels(filter_header(f), config, loss) : compat_labels(filter_header(f), config, dir);
    struct params *params = params_new(config);
    struct weights_map *weights = weights_map_new(dir, params);
    struct bert *bert = bert_new_packed(config, params, (enum precision)precision, dir, weights);
    struct batcher *batcher = batcher_new(bert, config, loss, batch);
    batcher_set_labels(batcher, labels);
    filter_adds(f, "logits", &(struct label_set){NULL, config->num_labels, config->label});
    if (loss)
        filter_adds(f, "loss", NULL);
    filter_set_text(f, "precision", precision_name((enum precision)precision));
    struct outfile *loss_file = loss_path ? outfile_open(loss_path) : NULL; /* before the work */
    profile_lap("loading", "", 0, 0);
    run(f, batcher);
    if (loss)
        batcher_print_loss(batcher, loss_file);
    profile_print(gemm_backend_text());
    batcher_free(batcher);
    bert_free(bert);
    weights_map_free(weights);
    params_free(params);
    config_free(config);
    free(labels.id);
    return filter_close(f);
}
