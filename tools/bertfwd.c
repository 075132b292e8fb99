/* bertfwd: the forward pass of BERT; every sentence gets its logits. */
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "agree.h"
#include "cli.h"
#include "group.h"
#include "progress.h"
#include "profile.h"
#include "threads.h"
#include "weights.h"

static const char *dir;
static size_t threads, most, batch = 8;
static int precision = PRECISION_FP32;
static bool loss, any_labels, profile;
static const struct cli_option options[] = {
    {'m', "model", "DIR", "model directory (needed)", CLI_PATH, &dir, 0},
    {'t', "threads", "N", "threads (all processors)", CLI_COUNT, &threads, 1},
    {'g', "group", "N", "pieces computed together at most (1024 a thread)", CLI_COUNT, &most, 1},
    {'p', "precision", "fp32|bf16|int8", "of the wide products (fp32)", CLI_CHOICE, &precision, 0},
    {'l', "loss", NULL, "add each sentence's loss; the mean goes to stderr", CLI_FLAG, &loss, 0},
    {0, "loss-batch", "N", "sentences a batch in the mean of batch means (8)", CLI_COUNT, &batch, 1},
    {0, "any-labels", NULL, "do not compare the stream's labels with the model's", CLI_FLAG, &any_labels, 0},
    {0, "profile", NULL, "where the time went, by operator, on stderr at the end", CLI_FLAG, &profile, 0},
    {0, "progress", NULL, "show progress even if stderr is no terminal", CLI_FLAG, &cli_progress, 0},
    {0},
};
static const struct cli cli = {"bertfwd", "the forward pass of BERT: adds logits", "[FILE...]", options};

static struct writer *open_output(struct reader *in, const struct bert_config *config)
{
    struct header *header = header_copy(reader_header(in));
    header_add_field(header, "logits");
    if (loss)
        header_add_field(header, "loss");
    header_set_text(header, "precision", precision == PRECISION_INT8 ? "int8" : precision == PRECISION_BF16 ? "bf16" : "fp32");
    header_set_labels(header, "logits", config->num_labels, (const char *const *)config->label);
    struct writer *out = writer_open(header);
    reader_tie(in, out);
    header_free(header);
    return out;
}

/* Compute as soon as a group is full, or nothing more has arrived: a line typed at the left is answered at the right. */
static void run(struct reader *in, struct writer *out, struct group *group)
{
    struct progress progress = progress_start("tagging", "sentences", 0, 0, cli_progress);
    double done = 0;
    for (struct record *r; (r = reader_next(in)); done++) {
        group_add(group, r);
        if (group_size(group) < most && reader_ready(in))
            continue;
        group_run(group, out);
        progress_share(&progress, done + 1, reader_share(in));
    }
    group_run(group, out);
    progress_share(&progress, done, reader_share(in));
    progress_end(&progress, NULL);
}

static void report(const struct group *group)
{
    struct group_loss l = group_loss(group);
    fprintf(stderr, "bertfwd: loss %.9g over %zu labelled pieces of %zu sentences; mean of means of batches of %zu: %.9g\n",
            l.labelled ? l.sum / (double)l.labelled : 0, l.labelled, l.sentences, batch, l.mean);
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (!dir)
        die_usage("which model? -m DIR");
    threads_start(threads, argv);
    if (most == 0)
        most = 1024 * (size_t)omp_get_max_threads();
    if (profile)
        profile_start();
    struct bert_config *config = config_read(dir);
    struct reader *in = reader_open(paths, "sentence");
    reader_need(in, "input_ids");
    if (loss)
        reader_need(in, "labels");
    agree_vocab(reader_header(in), dir);
    if (!any_labels)
        agree_labels(reader_header(in), config, dir);
    struct layout *layout = layout_new(config);
    struct weights_map *weights = weights_map_new(dir, layout);
    struct bert *bert = bert_new_fixed(config, layout, (enum precision)precision, weights_map_at, weights);
    struct group *group = group_new(bert, config, loss, batch);
    struct writer *out = open_output(in, config);
    profile_lap("loading", "", 0, 0);
    run(in, out, group);
    writer_close(out);
    if (loss)
        report(group);
    profile_print();
    reader_close(in);
    group_free(group);
    bert_free(bert);
    weights_map_free(weights);
    layout_free(layout);
    config_free(config);
    return 0;
}
