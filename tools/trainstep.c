/* trainstep: forward, backward, clip, AdamW; one report a step, model and state on disk. */
#include <unistd.h>

#include "predict/compat.h"
#include <tagpipe/cli.h>
#include "base/profile.h"
#include "base/stop.h"
#include "base/thread_setup.h"
#include "gemm/gemm.h"
#include "train/trainer.h"

static const char *dir, *save_dir;
static size_t threads;
static bool profile;
static struct train_options t = {
    .learning_rate = 2e-5,
    .weight_decay = 0.01,
    .epochs = 3,
    .clip = 1,
    .beta1 = 0.9,
    .beta2 = 0.999,
    .epsilon = 1e-8,
    .accumulate = 1,
    .seed = 42,
    .layer_decay = 1,
};
static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory (needed)", CLI_PATH, &dir, 0},
    {'o', "output", "DIR", "where to save the trained model and its state (that of --model)", CLI_PATH, &save_dir, 0},
    {0, "lr", "X", "learning rate (2e-5)", CLI_REAL, &t.learning_rate, 0},
    {0, "weight-decay", "X", "decay of all but biases and LayerNorm (0.01)", CLI_REAL, &t.weight_decay, 0},
    {0, "epochs", "X", "epochs of the whole training, for the schedule (3)", CLI_REAL, &t.epochs, 0},
    {0, "max-steps", "N", "steps of the whole training, instead", CLI_COUNT, &t.max_steps, 1},
    {'p', "precision", "fp32|bf16|bf16x3", "precision of the products with weight matrices; weights and sums stay fp32 (fp32)",
     CLI_CHOICE, &t.precision, 0},
    {0, "schedule", SCHEDULE_NAMES, "schedule of the learning rate (linear)", CLI_CHOICE, &t.schedule, 0},
    {0, "warmup", "X", "steps of warm-up, or below 1 a share of all (0)", CLI_REAL, &t.warmup, 0},
    {0, "clip", "X", "maximum norm of the gradient; 0: no limit (1)", CLI_REAL, &t.clip, 0},
    {0, "accumulate", "N", "batches a step (1)", CLI_COUNT, &t.accumulate, 1},
    {0, "beta1", "X", "beta1 of AdamW (0.9)", CLI_REAL, &t.beta1, 0},
    {0, "beta2", "X", "beta2 of AdamW (0.999)", CLI_REAL, &t.beta2, 0},
    {0, "epsilon", "X", "epsilon of AdamW (1e-8)", CLI_REAL, &t.epsilon, 0},
    {0, "freeze", "PATTERN,...", "parameters that stay as they are, as of fnmatch(3)", CLI_TEXT, &t.freeze, 0},
    {0, "layer-decay", "X", "factor of the learning rate from each layer to the one below (1)", CLI_REAL, &t.layer_decay, 0},
    {0, "label-smoothing", "X", "share of each label that is spread over all (0)", CLI_REAL, &t.label_smoothing, 0},
    {0, "class-weights", "LABEL=X,...", "weights of labels in the loss (1 each)", CLI_TEXT, &t.class_weights, 0},
    {0, "no-dropout", NULL, "train without dropout, whatever config.json says", CLI_FLAG, &t.no_dropout, 0},
    {'s', "seed", "N", "seed of the dropout (42)", CLI_SEED, &t.seed, 0},
    {0, "stop-after", "N", "end this run after N steps", CLI_COUNT, &t.stop_after, 1},
    {0, "save-every", "N", "save every N steps, too (only at the end)", CLI_COUNT, &t.save_every, 1},
    {0, "restart", NULL, "take no notice of the state of a former run", CLI_FLAG, &t.restart, 0},
    {0, "dry-run", NULL, "check options, model and all batches, train nothing", CLI_FLAG, &t.dry_run, 0},
    {'t', "threads", "N", "threads (all processors)", CLI_COUNT, &threads, 1},
    {0, "profile", NULL, "where the time went, by operator, on stderr at the end", CLI_FLAG, &profile, 0},
    CLI_CHECKSUM,
    {0, "progress", NULL, "show progress even if stderr is not a terminal", CLI_FLAG, &t.progress, 0},
    {0},
};

static void check(void)
{
    if (!dir)
        die_usage("which model? -m DIR");
    if (t.beta1 >= 1 || t.beta2 >= 1)
        die_usage("--beta1 and --beta2 must be below 1");
    if (t.label_smoothing >= 1)
        die_usage("--label-smoothing must be below 1");
    if (t.layer_decay <= 0)
        die_usage("--layer-decay must be above 0");
    if (t.epochs <= 0)
        die_usage("--epochs must be above 0");
    thread_setup(threads, cli_argv());
}

static const struct cli cli = {"trainstep", "train a model with a stream of batches", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    cli_about = gemm_backend_about;
    struct filter *f = filter_open(&cli, argc, argv, "batch");
    if (profile && !t.dry_run)
        profile_start();
    filter_need(f, "input_ids");
    filter_need(f, "labels");
    struct config *config = config_read(dir);
    compat_vocab(filter_header(f), dir);
    t.stream_labels = compat_labels(filter_header(f), config, dir);
    config_free(config);
    filter_becomes(f, "step");
    trainer_adds(f, &t);
    stop_catch_signals();
    bool ended = trainer_run(dir, save_dir ? save_dir : dir, f, &t, &stop_signal);
    profile_print(gemm_backend_text());
    free(t.stream_labels.id);
    if (ended)
        return filter_close(f);
    filter_flush(f);
    _exit(128 + (int)stop_signal);
}
