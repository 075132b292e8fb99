/* seqeval: score predicted tags against gold ones. */
#include <string.h>

#include "base/thread_setup.h"
#include "score/report.h"
#include "stream/filter.h"

static const char *pred_field = "pred", *training, *other_path;
static int by;
static struct cli_found scheme = SCHEME_CHOICE;
static size_t zero_division, threads;
static struct report_options o = {
    .gold_field = "ner_tags",
    .errors = REPORT_NO_ERRORS,
    .rounds = 10000,
    .seed = 42,
    .confidence = 95,
    .digits = 4,
};

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the gold tags (ner_tags)", CLI_TEXT, &o.gold_field, 0},
    {'p', "pred", "NAME", "the predicted tags (pred)", CLI_TEXT, &pred_field, 0},
    {0, "mode", "lenient|strict|both", "as conlleval reads tags, or by the rules of a scheme (lenient)", CLI_CHOICE, &o.modes, 0},
    {0, "scheme", SCHEME_NAMES, "the scheme of --mode strict (from the gold tags); lenient scoring has none", CLI_FOUND, &scheme,
     0},
    {0, "suffix", NULL, "tags are PER-B, not B-PER", CLI_FLAG, &o.score.suffix, 0},
    {0, "known-types", NULL, "gold types that the predictions' labels do not have are an error", CLI_FLAG, &o.known_types, 0},
    {0, "zero-division", "0|1", "what 0/0 counts as (0)", CLI_COUNT, &zero_division, 0},
    {'u', "unit", SCORE_UNITS, "what is scored; auto: as the labels are (entity)", CLI_CHOICE, &o.unit, 0},
    {0, "tags", NULL, "score every tag by itself (parts of speech): --unit tag", CLI_FLAG, &o.score.tags, 0},
    {0, "digits", "N", "digits after the point (4)", CLI_COUNT, &o.digits, 0},
    {0, "json", NULL, "print JSON with the keys of the package evaluate", CLI_FLAG, &o.json, 0},
    {0, "confusion", NULL, "gold types against predicted ones, with missed and spurious entities", CLI_FLAG, &o.confusion, 0},
    {0, "tsv", NULL, "print the confusion alone, as a table with tabs", CLI_FLAG, &o.tsv, 0},
    {0, "errors", "N", "count errors by their kind, and show N of each", CLI_COUNT, &o.errors, 0},
    {0, "seen", "TRAIN", "score entities that this stream has, and new ones, separately", CLI_PATH, &training, 0},
    {0, "bootstrap", "N", "intervals from N resamples", CLI_COUNT, &o.bootstrap, 1},
    {0, "compare", "OTHER", "compare with another system on the same sentences", CLI_PATH, &other_path, 0},
    {0, "rounds", "N", "rounds of the comparison (10000)", CLI_COUNT, &o.rounds, 1},
    {0, "by", "sentence|document", "what is resampled and exchanged (sentence)", CLI_CHOICE, &by, 0},
    {0, "confidence", "PERCENT", "confidence of the intervals (95)", CLI_REAL, &o.confidence, 0},
    {'s', "seed", "N", "seed of resamples, exchanges and examples (42)", CLI_SEED, &o.seed, 0},
    {'t', "threads", "N", "threads of resampling (all processors)", CLI_COUNT, &threads, 1},
    {0},
};

static void check(void)
{
    const char *const *path = cli_operands(), *const more[] = {training, other_path};
    int readers = !*path;
    for (; *path; path++)
        readers += strcmp(*path, "-") == 0;
    for (size_t i = 0; i < 2; i++)
        readers += more[i] && strcmp(more[i], "-") == 0;
    if (readers > 1)
        die_usage("standard input can be read only once");
    if (zero_division > 1)
        die_usage("--zero-division is 0 or 1");
    o.score.scheme = scheme.value;
    if (o.modes == REPORT_LENIENT && o.score.scheme != SCORE_SCHEME_AUTO)
        warn("--scheme is not used: lenient scoring knows no scheme; see --mode strict");
    o.score.tags = o.score.tags || o.unit == SCORE_UNIT_TAG;
    if (o.score.tags && o.modes == REPORT_BOTH)
        die_usage("--mode both: single tags (--tags) are scored in one way only");
    if (o.tsv && (o.json || o.modes == REPORT_BOTH))
        die_usage("--tsv prints one table, and no JSON");
    if (o.confidence <= 0 || o.confidence >= 100)
        die_usage("--confidence is a percentage between 0 and 100");
    if (o.bootstrap > UINT32_MAX || o.rounds > UINT32_MAX)
        die_usage("at most %u rounds", UINT32_MAX);
    o.score.zero_division = (double)zero_division;
    o.seen = training != NULL;
    o.by_document = by == 1;
    if (o.bootstrap || other_path)
        thread_setup(threads, cli_argv());
}

static const struct cli cli = {"seqeval", "score predicted tags against gold ones", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    struct score_input in = score_input_new(filter_reader(f), o.gold_field, pred_field), second = {0}, *other = NULL;
    if (other_path) {
        second = score_input_open(other_path, o.gold_field, pred_field);
        other = &second;
    }
    struct report *report = report_new(&o, &in, other);
    if (training)
        report_learn(report, training);
    while (score_input_next_of_both(&in, other))
        report_add(report);
    report_print(report, filter_prints(f));
    report_free(report);
    score_input_close(&in);
    score_input_close(&second);
    return filter_close(f);
}
