/* report_mode: a scorer, and those who look at its sentences. */
#include "score/report_mode.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "score/confusion.h"
#include "score/errors.h"
#include "score/score_figures.h"
#include "score/score_known.h"
#include "score/score_prefix.h"
#include "score/seen.h"

struct report_mode {
    const struct report_options *options;
    struct score_options score;
    const char *other; /* the name of the other stream; NULL: none is compared */
    struct scorer *scorer, *other_scorer;
    struct confusion *confusion;
    struct errors *errors;
    struct seen *seen;                             /* NULL: not asked for */
    struct resample_counts *counts, *other_counts; /* for intervals and the comparison */
    struct score_figures *figures;
    struct resample_result *intervals, *comparison;
    int digits;
};

/* ---- sentences ---- */

static void watch(void *data, const struct score_sentence *sentence)
{
    struct report_mode *m = data;
    if (m->confusion)
        confusion_add(m->confusion, sentence);
    if (m->errors)
        errors_add(m->errors, sentence);
    if (m->seen)
        seen_add(m->seen, sentence);
    if (m->counts)
        resample_counts_add(m->counts, sentence);
}

struct report_mode *report_mode_new(const struct report_options *o, bool strict, const struct score_input *in,
                                    const struct score_input *other)
{
    struct report_mode *m = xcalloc(1, sizeof *m);
    bool tags = o->score.tags;
    m->options = o;
    m->score = o->score;
    m->score.strict = strict;
    m->digits = (int)(o->digits < REPORT_DIGITS_MAX ? o->digits : REPORT_DIGITS_MAX);
    m->scorer = scorer_new(&m->score, in->gold_labels, in->pred_labels);
    if (o->confusion || o->tsv)
        m->confusion = confusion_new(m->scorer, tags);
    if (o->errors != REPORT_NO_ERRORS)
        m->errors = errors_new(m->scorer, o->gold_field, tags, o->errors, o->seed, o->json);
    if (o->seen)
        m->seen = seen_new(o->gold_field, tags, o->score.zero_division);
    if (o->bootstrap || other)
        m->counts = resample_counts_new(m->scorer, o->by_document);
    if (m->confusion || m->errors || m->seen || m->counts) /* figures alone need no watcher, and are faster without */
        scorer_watch(m->scorer, watch, m);
    if (other) {
        m->other = file_name(other->name);
        m->other_scorer = scorer_new(&m->score, other->gold_labels, other->pred_labels);
        m->other_counts = resample_counts_new(m->other_scorer, o->by_document);
        scorer_watch(m->other_scorer, resample_counts_add, m->other_counts);
    }
    return m;
}

struct scorer *report_mode_learner(struct report_mode *m, const struct score_input *training)
{
    struct scorer *scorer = scorer_new(&m->score, training->gold_labels, training->gold_labels);
    scorer_watch(scorer, seen_learn, m->seen);
    return scorer;
}

void report_mode_add(struct report_mode *m, const struct score_input *in, const struct score_input *other)
{
    scorer_add(m->scorer, in->record, in->n, in->gold.data, in->pred.data);
    if (other)
        scorer_add(m->other_scorer, other->record, other->n, other->gold.data, other->pred.data);
}

static struct resample_result *resample_rounds(const struct report_mode *m, size_t rounds, struct resample_counts *other)
{
    const struct report_options *o = m->options;
    struct resample_options options = {
        .rounds = rounds,
        .seed = o->seed,
        .confidence = o->confidence,
        .by_document = o->by_document,
        .zero_division = o->score.zero_division,
        .tags = o->score.tags,
    };
    return resample(m->counts, other, &options);
}

void report_mode_end(struct report_mode *m)
{
    m->figures = score_figures_new(m->scorer);
    if (m->options->bootstrap)
        m->intervals = resample_rounds(m, m->options->bootstrap, NULL);
    if (m->other_counts) {
        score_figures_free(score_figures_new(m->other_scorer)); /* where its scheme was not known, its sentences come now */
        m->comparison = resample_rounds(m, m->options->rounds, m->other_counts);
    }
}

void report_mode_check(const struct report_mode *m)
{
    if (score_prefix_report(m->scorer, m->other_scorer) && !m->options->known_types)
        return;
    score_known_check(m->scorer, "", m->options->known_types);
    if (m->other_scorer) {
        char *where = xasprintf("%s: ", m->other);
        score_known_check(m->other_scorer, where, m->options->known_types);
        free(where);
    }
}

/* ---- printing ---- */

void report_mode_name(const struct report_mode *m, struct buffer *to)
{
    scorer_mode(m->scorer, to);
}

void report_mode_text(struct report_mode *m, struct buffer *to)
{
    score_figures_text(m->figures, to, m->digits);
    if (m->intervals) {
        buffer_add_string(to, "\n");
        resample_text(m->intervals, NULL, to, m->digits);
    }
    if (m->confusion) {
        buffer_add_string(to, "\n");
        confusion_text(m->confusion, to);
    }
    if (m->errors) {
        buffer_add_string(to, "\n");
        errors_text(m->errors, to);
    }
    if (m->seen) {
        buffer_add_string(to, "\n");
        seen_text(m->seen, to, m->digits);
    }
    if (m->comparison) {
        buffer_add_string(to, "\n");
        resample_text(m->comparison, m->other, to, m->digits);
    }
}

/* Keys stand beside the names of types. */
static void add_key(const struct report_mode *m, struct buffer *to, const char *key)
{
    for (size_t i = 0; i < m->figures->n_types; i++)
        if (strcmp(m->figures->type[i].name, key) == 0)
            die("a type is called '%s', as is the key of what was asked for: JSON cannot have both", key);
    buffer_format(to, ", \"%s\": ", key);
}

void report_mode_json(struct report_mode *m, struct buffer *to)
{
    score_figures_json(m->figures, to);
    if (m->intervals) {
        add_key(m, to, "bootstrap");
        resample_json(m->intervals, NULL, to);
    }
    if (m->confusion) {
        add_key(m, to, "confusion");
        confusion_json(m->confusion, to);
    }
    if (m->errors) {
        add_key(m, to, "errors");
        errors_json(m->errors, to);
    }
    if (m->seen) {
        add_key(m, to, "seen");
        seen_json(m->seen, to);
    }
    if (m->comparison) {
        add_key(m, to, "compare");
        resample_json(m->comparison, m->other, to);
    }
    buffer_add_string(to, "}");
}

void report_mode_tsv(const struct report_mode *m, struct buffer *to)
{
    confusion_tsv(m->confusion, to);
}

void report_mode_free(struct report_mode *m)
{
    if (!m)
        return;
    confusion_free(m->confusion);
    errors_free(m->errors);
    seen_free(m->seen);
    resample_counts_free(m->counts);
    resample_counts_free(m->other_counts);
    resample_free(m->intervals);
    resample_free(m->comparison);
    score_figures_free(m->figures);
    scorer_free(m->scorer);
    scorer_free(m->other_scorer);
    free(m);
}
