/* seqeval: score predicted tags against gold ones. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/compat.h"
#include "score/report.h"
#include "base/thread_setup.h"

enum { LENIENT, STRICT, BOTH };

static const char *field = "ner_tags", *pred_field = "pred", *seen, *other_path;
static int mode, scheme = SCHEME_AUTO, by;
static bool suffix, json, tags, confusion, tsv;
static size_t digits = 4, zero_division, errors = NO_ERRORS, rounds = 10000, bootstrap, threads;
static uint64_t seed = 42;
static double confidence = 95;

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the gold tags (ner_tags)", CLI_TEXT, &field, 0},
    {'p', "pred", "NAME", "the predicted tags (pred)", CLI_TEXT, &pred_field, 0},
    {0, "mode", "lenient|strict|both", "as conlleval reads tags, or by the rules of a scheme (lenient)", CLI_CHOICE, &mode, 0},
    {0, "scheme", SCHEME_NAMES, "the scheme of --mode strict (from the gold tags); lenient scoring has none", CLI_CHOICE, &scheme, 0},
    {0, "suffix", NULL, "tags are PER-B, not B-PER", CLI_FLAG, &suffix, 0},
    {0, "zero-division", "0|1", "what 0/0 counts as (0)", CLI_COUNT, &zero_division, 0},
    {0, "tags", NULL, "score every tag by itself (parts of speech), not entities", CLI_FLAG, &tags, 0},
    {0, "digits", "N", "digits behind the point (4)", CLI_COUNT, &digits, 0},
    {0, "json", NULL, "print JSON with the keys of the package evaluate", CLI_FLAG, &json, 0},
    {0, "confusion", NULL, "gold types against predicted ones, with what was missed and invented", CLI_FLAG, &confusion, 0},
    {0, "tsv", NULL, "print the confusion alone, as a table with tabs", CLI_FLAG, &tsv, 0},
    {0, "errors", "N", "count errors by their kind, and show N of each", CLI_COUNT, &errors, 0},
    {0, "seen", "TRAIN", "entities that occur in this stream apart from others", CLI_PATH, &seen, 0},
    {0, "bootstrap", "N", "intervals from N resamples", CLI_COUNT, &bootstrap, 1},
    {0, "compare", "OTHER", "the same sentences by another system: differences, are they chance?", CLI_PATH, &other_path, 0},
    {0, "rounds", "N", "of the comparison (10000)", CLI_COUNT, &rounds, 1},
    {0, "by", "sentence|document", "what is resampled and exchanged (sentence)", CLI_CHOICE, &by, 0},
    {0, "confidence", "PERCENT", "of the intervals (95)", CLI_REAL, &confidence, 0},
    {'s', "seed", "N", "of resamples, exchanges and examples (42)", CLI_SEED, &seed, 0},
    {'t', "threads", "N", "threads of resampling (all processors)", CLI_COUNT, &threads, 1},
    {0},
};
static const struct cli cli = {"seqeval", "score predicted tags against gold ones", "[FILE...]", options, NULL};

static bool is_standard_input(const char *path)
{
    return path && strcmp(path, "-") == 0;
}

static void check_options(const char *const *paths)
{
    int readers = !*paths + is_standard_input(seen) + is_standard_input(other_path);
    for (; *paths; paths++)
        readers += is_standard_input(*paths);
    if (readers > 1)
        die_usage("standard input can be read only once");
    if (zero_division > 1)
        die_usage("--zero-division is 0 or 1");
    if (mode == LENIENT && scheme != SCHEME_AUTO)
        warn("--scheme is not used: lenient scoring knows no scheme; see --mode strict");
    if (tags && mode == BOTH)
        die_usage("--mode both: single tags (--tags) are scored in one way only");
    if (tsv && (json || mode == BOTH))
        die_usage("--tsv prints one table, and no JSON");
    if (confidence <= 0 || confidence >= 100)
        die_usage("--confidence is a percentage between 0 and 100");
    if (bootstrap > UINT32_MAX || rounds > UINT32_MAX)
        die_usage("at most %u rounds", UINT32_MAX);
}

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;
    return slash ? slash + 1 : path;
}

static struct evaluation *start(bool strict, const struct score_input *in, const struct score_input *other)
{
    struct resample_options resampling = {.rounds = bootstrap, .seed = seed, .confidence = confidence, .by_document = by == 1,
                                          .zero_division = (double)zero_division, .tags = tags};
    struct evaluation_options o = {
        .score = {.strict = strict, .scheme = scheme, .suffix = suffix, .zero_division = (double)zero_division, .tags = tags},
        .gold_field = field, .confusion = confusion || tsv, .seen = seen != NULL, .bootstrap = bootstrap > 0, .json = json,
        .errors = errors, .other = base_name(other_path), .interval = resampling, .comparison = resampling,
        .digits = (int)(digits < 17 ? digits : 17),
    };
    o.comparison.rounds = rounds;
    return evaluation_new(&o, in, other);
}

static void read_all(struct evaluation **e, size_t n, struct score_input *in, struct score_input *other)
{
    for (;;) {
        bool more = score_input_next(in);
        if (other) {
            score_input_next(other);
            score_input_same(in, other, base_name(other_path));
        }
        if (!more)
            return;
        for (size_t i = 0; i < n; i++)
            evaluation_add(e[i], in, other);
    }
}

/* Two modes: each under its name. */
static void print(struct evaluation **e, size_t n, struct buffer *to)
{
    static const char *const key[] = {"{\"lenient\": ", ", \"strict\": "};
    for (size_t i = 0; i < n; i++) {
        if (json) {
            buffer_add_string(to, n > 1 ? key[i] : "");
            evaluation_json(e[i], to);
            continue;
        }
        if (n > 1) {
            buffer_add_string(to, i ? "\n" : "");
            evaluation_mode(e[i], to);
            buffer_add_string(to, "\n\n");
        }
        (tsv ? evaluation_tsv : evaluation_text)(e[i], to);
    }
    buffer_add_string(to, !json ? "" : n > 1 ? "}\n" : "\n");
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    check_options(paths);
    if (bootstrap || other_path)
        thread_setup(threads, argv);
    const char *const other_paths[] = {other_path, NULL};
    struct score_input in = score_input_open(paths, NULL, field, pred_field), second = {0}, *other = NULL;
    if (other_path) {
        second = score_input_open(other_paths, other_path, field, pred_field);
        other = &second;
    }
    struct evaluation *e[2];
    size_t n = 0;
    if (mode != STRICT)
        e[n++] = start(false, &in, other);
    if (mode != LENIENT)
        e[n++] = start(true, &in, other);
    if (seen)
        evaluations_learn(e, n, seen);
    read_all(e, n, &in, other);
    struct buffer text = {0};
    for (size_t i = 0; i < n; i++)
        evaluation_end(e[i]);
    print(e, n, &text);
    if (fwrite(text.data, 1, text.n, stdout) != text.n || fflush(stdout))
        die("cannot write to standard output:");
    free(text.data);
    for (size_t i = 0; i < n; i++)
        evaluation_free(e[i]);
    score_input_close(&in);
    if (other)
        score_input_close(other);
    return 0;
}
