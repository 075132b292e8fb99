/* logit2span: entities with their places in the text. */
#include "predict/aggregate.h"
#include "stream/filter.h"
#include "text/utf8.h"

static int aggregation = AGGREGATE_SIMPLE;
static double threshold;
static const char *ignored = "O", *delimiter = " ", *unk;

static const struct cli_option options[] = {
    {'a', "aggregation", AGGREGATE_NAMES, "how pieces become entities (simple)", CLI_CHOICE, &aggregation, 0},
    {'i', "ignore-labels", "LABEL,...", "labels and types that are not entities (O)", CLI_TEXT, &ignored, 0},
    {0, "threshold", "P", "leave out entities with a lower score (0)", CLI_REAL, &threshold, 0},
    {'d', "delimiter", "TEXT", "what stands between words that were given as such (a blank)", CLI_TEXT, &delimiter, 0},
    {0, "unk", "PIECE", "how the vocabulary writes an unknown piece (what the stream says)", CLI_TEXT, &unk, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (threshold > 1)
        die_usage("--threshold %g: a probability is 1 at most", threshold);
    if (!utf8_is_valid(delimiter, strlen(delimiter)))
        die_usage("--delimiter is not UTF-8");
}

static const struct cli cli = {"logit2span", "entities with their places in the text", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    filter_merges_windows(f);
    static const char *const needed[] = {"word_ids", "offsets", "pieces", "logits"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        filter_need(f, needed[i]);
    struct aggregator a = {.aggregation = (enum aggregation)aggregation,
                           .labels = filter_labels(f, "logits"),
                           .ignored = ignored,
                           .delimiter = delimiter,
                           .spelling = header_spelling(filter_header(f)),
                           .unk = unk ? unk : header_unk(filter_header(f)),
                           .threshold = threshold};
    filter_adds(f, "entities", NULL);
    for (struct record *r; (r = filter_next(f));) {
        aggregate_record(&a, r);
        filter_begin(f, r);
        aggregate_pack(&a, filter_put(f, "entities"));
        filter_end(f);
    }
    aggregate_end(&a);
    return filter_close(f);
}
