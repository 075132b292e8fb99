/* logit2tag: one tag a word, with its probability. */
#include <math.h>

#include "predict/tagging.h"
#include "stream/filter.h"

static int rule = DECODE_FIRST, unit = TAGGING_WORD;
static struct cli_found scheme = SCHEME_CHOICE;
static double threshold;
static bool constrained;

static const struct cli_option options[] = {
    {'r', "rule", DECODE_RULES, "how a word of several pieces is decided (first)", CLI_CHOICE, &rule, 0},
    {'u', "unit", TAGGING_UNITS, "what gets a tag: words, or every piece for itself (word)", CLI_CHOICE, &unit, 0},
    {0, "constrain", NULL, "choose the best sequence of tags that the scheme allows", CLI_FLAG, &constrained, 0},
    {0, "scheme", SCHEME_NAMES, "scheme of the tags (by their letters)", CLI_FOUND, &scheme, 0},
    {0, "threshold", "P", "an entity with a lower probability becomes O (0)", CLI_REAL, &threshold, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (threshold > 1)
        die_usage("--threshold %g: a probability is 1 at most", threshold);
    if (unit == TAGGING_PIECE && (constrained || threshold > 0))
        die_usage("--constrain and --threshold are for words, not for --unit piece");
    if (scheme.value >= 0 && !constrained && threshold <= 0)
        die_usage("--scheme goes with --constrain or --threshold");
}

static const struct cli cli = {"logit2tag", "one tag a word, with its probability", "[FILE...]", options, check};

/* A word without a piece has no score. */
static void put_scores(struct buffer *to, const float *score, size_t n)
{
    pack_array(to, n);
    for (size_t i = 0; i < n; i++)
        if (isnan(score[i]))
            pack_nil(to);
        else
            pack_float(to, score[i]);
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    filter_merges_windows(f);
    filter_need(f, "word_ids");
    filter_need(f, "logits");
    struct tagging t = {.labels = filter_labels(f, "logits"),
                        .unit = (enum tagging_unit)unit,
                        .rule = (enum decode_rule)rule,
                        .scheme = scheme.value,
                        .constrained = constrained,
                        .threshold = threshold};
    tagging_init(&t);
    filter_adds(f, "pred", t.labels);
    filter_adds(f, "score", NULL);
    for (struct record *r; (r = filter_next(f));) {
        tagging_record(&t, r);
        filter_begin(f, r);
        filter_put_ints(f, "pred", t.pred.data, t.n_words);
        put_scores(filter_put(f, "score"), t.score.data, t.n_words);
        filter_end(f);
    }
    const char *outside = t.labels->name[t.outside >= 0 ? t.outside : 0];
    if (t.continued)
        warn("%zu words have no piece: %zu continue the tag before, the others are %s; without a score", t.without, t.continued,
             outside);
    else if (t.without)
        warn("%zu words have no piece: tagged %s, without a score", t.without, outside);
    tagging_free(&t);
    return filter_close(f);
}
