/* report: one mode or two over the same sentences. */
#include "score/report.h"

#include <stdlib.h>

#include "score/report_mode.h"
#include "score/score_figures.h"

struct report {
    const struct report_options *options;
    const struct score_input *in, *other;
    size_t n;
    struct report_mode *mode[2];
};

struct report *report_new(struct report_options *options, const struct score_input *in, const struct score_input *other)
{
    struct report *r = xcalloc(1, sizeof *r);
    if (options->unit == SCORE_UNIT_AUTO && !options->score.tags && !options->score.suffix)
        score_prefix_auto(in->gold_labels, in->pred_labels, &options->score);
    if (options->score.tags && options->modes == REPORT_BOTH)
        die("--mode both: single tags (--tags) are scored in one way only");
    r->options = options;
    r->in = in;
    r->other = other;
    if (options->modes != REPORT_STRICT)
        r->mode[r->n++] = report_mode_new(options, false, in, other);
    if (options->modes != REPORT_LENIENT)
        r->mode[r->n++] = report_mode_new(options, true, in, other);
    return r;
}

void report_free(struct report *r)
{
    for (size_t i = 0; i < r->n; i++)
        report_mode_free(r->mode[i]);
    free(r);
}

void report_learn(struct report *r, const char *path)
{
    const char *gold = r->options->gold_field;
    struct score_input training = score_input_open(path, gold, gold);
    struct scorer *scorer[2];
    for (size_t i = 0; i < r->n; i++)
        scorer[i] = report_mode_learner(r->mode[i], &training);
    size_t n_tags = 0;
    for (; score_input_next(&training); n_tags += training.n)
        for (size_t i = 0; i < r->n; i++)
            scorer_add(scorer[i], training.record, training.n, training.gold.data, training.pred.data);
    if (n_tags == 0)
        die("%s has no tags at all: nothing could be seen there", path);
    for (size_t i = 0; i < r->n; i++) {
        score_figures_free(score_figures_new(scorer[i])); /* where the scheme was not known, its sentences come now */
        scorer_free(scorer[i]);
    }
    score_input_close(&training);
}

void report_add(struct report *r)
{
    for (size_t i = 0; i < r->n; i++)
        report_mode_add(r->mode[i], r->in, r->other);
}

static void print_json(struct report *r, struct buffer *to)
{
    static const char *const key[] = {"{\"lenient\": ", ", \"strict\": "};
    for (size_t i = 0; i < r->n; i++) { /* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): n is 1 or 2 */
        buffer_add_string(to, r->n > 1 ? key[i] : "");
        report_mode_json(r->mode[i], to);
    }
    buffer_add_string(to, r->n > 1 ? "}\n" : "\n");
}

/* Two modes: each under its name. */
static void print_text(struct report *r, struct buffer *to)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->n > 1) {
            buffer_add_string(to, i ? "\n" : "");
            report_mode_name(r->mode[i], to);
            buffer_add_string(to, "\n\n");
        }
        report_mode_text(r->mode[i], to);
    }
}

void report_print(struct report *r, struct buffer *to)
{
    for (size_t i = 0; i < r->n; i++)
        report_mode_end(r->mode[i]);
    report_mode_check(r->mode[0]);
    if (r->options->json)
        print_json(r, to);
    else if (r->options->tsv)
        report_mode_tsv(r->mode[0], to);
    else
        print_text(r, to);
}
