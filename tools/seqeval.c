/* seqeval: score predicted tags against gold ones. */
#include <stdio.h>

#include "align.h"
#include "cli.h"
#include "score.h"

static const char *field = "ner_tags", *pred_field = "pred";
static int mode, scheme = SCHEME_AUTO;
static bool suffix, json, tags;
static size_t digits = 4, zero_division;

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the gold tags (ner_tags)", CLI_TEXT, &field, 0},
    {'p', "pred", "NAME", "the predicted tags (pred)", CLI_TEXT, &pred_field, 0},
    {0, "mode", "lenient|strict", "as conlleval reads tags, or by the rules of a scheme (lenient)", CLI_CHOICE, &mode, 0},
    {0, "scheme", SCHEME_NAMES, "the scheme of --mode strict (from the gold tags); lenient scoring has none", CLI_CHOICE, &scheme, 0},
    {0, "suffix", NULL, "tags are PER-B, not B-PER", CLI_FLAG, &suffix, 0},
    {0, "zero-division", "0|1", "what 0/0 counts as (0)", CLI_COUNT, &zero_division, 0},
    {0, "tags", NULL, "score every tag by itself (parts of speech), not entities", CLI_FLAG, &tags, 0},
    {0, "digits", "N", "digits behind the point (4)", CLI_COUNT, &digits, 0},
    {0, "json", NULL, "print JSON with the keys of the package evaluate", CLI_FLAG, &json, 0},
    {0},
};
static const struct cli cli = {"seqeval", "score predicted tags against gold ones", "[FILE...]", options};

/* Pieces without a label (-100) are not scored: logit2tag --unit piece gives them a tag all the same. Returns what is left. */
static size_t drop_unlabelled(size_t n, int32_t *gold, int32_t *pred)
{
    size_t kept = 0;
    for (size_t i = 0; i < n; i++)
        if (gold[i] != LABEL_NONE) {
            gold[kept] = gold[i];
            pred[kept++] = pred[i];
        }
    return kept;
}

static void read_gold(const struct record *r, const struct inventory *labels, struct ints *gold)
{
    record_ints(r, labels->field, gold);
    for (size_t i = 0; i < gold->n; i++)
        if (gold->at[i] != LABEL_NONE && (gold->at[i] < 0 || (size_t)gold->at[i] >= labels->n))
            record_die(r, "%s[%zu] is %d; the header names %zu labels", labels->field, i, gold->at[i], labels->n);
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (zero_division > 1)
        die_usage("--zero-division is 0 or 1");
    if (mode == 0 && scheme != SCHEME_AUTO)
        warn("--scheme is not used: lenient scoring knows no scheme; see --mode strict");
    struct reader *in = reader_open(paths, "sentence");
    reader_need(in, field);
    reader_need(in, pred_field);
    const struct inventory *gold_labels = reader_labels(in, field), *pred_labels = reader_labels(in, pred_field);
    struct score_options opt = {.strict = mode == 1, .scheme = scheme, .suffix = suffix, .zero_division = (double)zero_division};
    struct scorer *scorer = scorer_new(&opt, gold_labels, pred_labels);
    struct ints gold = {0}, pred = {0};
    for (struct record *r; (r = reader_next(in)); ) {
        read_gold(r, gold_labels, &gold);
        record_tags(r, pred_labels, &pred);
        if (gold.n != pred.n)
            record_die(r, "%zu tags in %s, but %zu in %s", gold.n, field, pred.n, pred_field);
        size_t n = drop_unlabelled(gold.n, gold.at, pred.at);
        scorer_add(scorer, r, n, gold.at, pred.at);
    }
    struct report *report = tags ? scorer_tag_report(scorer) : scorer_report(scorer);
    if (json)
        report_print_json(report);
    else
        report_print(report, (int)(digits < 17 ? digits : 17));
    if (fflush(stdout))
        die("cannot write to standard output:");
    report_free(report);
    scorer_free(scorer);
    reader_close(in);
    return 0;
}
