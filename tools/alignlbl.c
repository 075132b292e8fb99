/* alignlbl: give every piece the label of its word. */
#include "stream/filter.h"
#include "train/align.h"

static const char *field = "ner_tags";
static int rule = ALIGN_INSIDE;

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the words' tags to align (ner_tags)", CLI_TEXT, &field, 0},
    {'r', "rule", ALIGN_RULES, "labels of a word's later pieces: I- for B-, none, the same (inside)", CLI_CHOICE, &rule, 0},
    CLI_CHECKSUM,
    {0},
};
static const struct cli cli = {"alignlbl", "give every piece the label of its word", "[FILE...]", options, NULL};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    filter_need(f, "word_ids");
    filter_need(f, field);
    struct aligner a = aligner_new((enum align_rule)rule, filter_labels(f, field));
    filter_adds(f, "labels", a.labels);
    for (struct record *r; (r = filter_next(f));) {
        align_record(&a, r);
        filter_begin(f, r);
        filter_put_ints(f, "labels", a.piece.data, a.piece.n);
        filter_end(f);
    }
    aligner_end(&a);
    if (a.without)
        warn("%zu words have no piece: their labels are not trained on", a.without);
    return filter_close(f);
}
