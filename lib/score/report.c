/* evaluation: a scorer, and those who look at its sentences. */
#include "score/report.h"

#include <stdlib.h>
#include <string.h>

#include "score/analysis.h"

struct evaluation {
    struct evaluation_options options;
    struct scorer *scorer, *other_scorer;
    struct confusion *confusion; struct errors *errors; struct seen *seen;
    struct units *units, *other_units;      /* of each sentence or document, for intervals and the comparison */
    struct report *report;
    struct resampled *intervals, *comparison;
};

static void on_sentence(void *data, const struct scored *scored)
{
    struct evaluation *e = data;
    if (e->confusion)
        confusion_add(e->confusion, scored);
    if (e->errors)
        errors_add(e->errors, scored);
    if (e->seen)
        seen_add(e->seen, scored);
    if (e->units)
        units_add(e->units, scored);
}

struct evaluation *evaluation_new(const struct evaluation_options *o, const struct score_input *in, const struct score_input *other)
{
    struct evaluation *e = xcalloc(1, sizeof *e);
    bool tags = o->score.tags;
    e->options = *o;
    e->scorer = scorer_new(&o->score, in->gold_labels, in->pred_labels);
    if (o->confusion)
        e->confusion = confusion_new(e->scorer, tags);
    if (o->errors != NO_ERRORS)
        e->errors = errors_new(e->scorer, o->gold_field, tags, o->errors, o->interval.seed, o->json);
    if (o->seen)
        e->seen = seen_new(o->gold_field, tags, o->score.zero_division);
    if (o->bootstrap || other)
        e->units = units_new(e->scorer, o->interval.by_document);
    if (e->confusion || e->errors || e->seen || e->units)       /* the plain report does without */
        scorer_watch(e->scorer, on_sentence, e);
    if (other) {
        e->other_scorer = scorer_new(&o->score, other->gold_labels, other->pred_labels);
        e->other_units = units_new(e->other_scorer, o->interval.by_document);
        scorer_watch(e->other_scorer, units_add, e->other_units);
    }
    return e;
}

void evaluations_learn(struct evaluation *const *e, size_t n, const char *path)
{
    const char *const paths[] = {path, NULL};
    struct score_input in = score_input_open(paths, path, e[0]->options.gold_field, e[0]->options.gold_field);
    struct scorer **scorer = xmalloc(n, sizeof *scorer);
    for (size_t i = 0; i < n; i++) {
        scorer[i] = scorer_new(&e[i]->options.score, in.gold_labels, in.gold_labels);
        scorer_watch(scorer[i], seen_learn, e[i]->seen);
    }
    size_t n_tags = 0;
    for (; score_input_next(&in); n_tags += in.n)
        for (size_t i = 0; i < n; i++)
            scorer_add(scorer[i], in.record, in.n, in.gold.data, in.pred.data);
    if (n_tags == 0)
        die("%s has no tags at all: nothing could be seen there", path);
    for (size_t i = 0; i < n; i++) {
        report_free(scorer_report(scorer[i]));                  /* where the scheme was not known, it is now, and the sentences come */
        scorer_free(scorer[i]);
    }
    free(scorer);
    score_input_close(&in);
}

void evaluation_add(struct evaluation *e, const struct score_input *in, const struct score_input *other)
{
    scorer_add(e->scorer, in->record, in->n, in->gold.data, in->pred.data);
    if (other)
        scorer_add(e->other_scorer, other->record, other->n, other->gold.data, other->pred.data);
}

void evaluation_end(struct evaluation *e)
{
    e->report = scorer_report(e->scorer);
    if (e->options.bootstrap)
        e->intervals = resample(e->units, NULL, &e->options.interval);
    if (e->other_units) {
        report_free(scorer_report(e->other_scorer));
        e->comparison = resample(e->units, e->other_units, &e->options.comparison);
    }
}

void evaluation_mode(const struct evaluation *e, struct buffer *to)
{
    scorer_mode(e->scorer, to);
}

void evaluation_text(struct evaluation *e, struct buffer *to)
{
    report_text(e->report, to, e->options.digits);
    if (e->intervals) {
        buffer_add_string(to, "\n");
        resampled_text(e->intervals, NULL, to, e->options.digits);
    }
    if (e->confusion) {
        buffer_add_string(to, "\n");
        confusion_text(e->confusion, to);
    }
    if (e->errors) {
        buffer_add_string(to, "\n");
        errors_text(e->errors, to);
    }
    if (e->seen) {
        buffer_add_string(to, "\n");
        seen_text(e->seen, to, e->options.digits);
    }
    if (e->comparison) {
        buffer_add_string(to, "\n");
        resampled_text(e->comparison, e->options.other, to, e->options.digits);
    }
}

/* Keys stand beside the names of types. */
static void add_key(const struct evaluation *e, struct buffer *to, const char *key)
{
    for (size_t i = 0; i < e->report->n_types; i++)
        if (strcmp(e->report->type[i].name, key) == 0)
            die("a type is called '%s', as is the key of what was asked for: JSON cannot have both", key);
    buffer_format(to, ", \"%s\": ", key);
}

void evaluation_json(struct evaluation *e, struct buffer *to)
{
    report_json(e->report, to);
    if (e->intervals) {
        add_key(e, to, "bootstrap");
        resampled_json(e->intervals, NULL, to);
    }
    if (e->confusion) {
        add_key(e, to, "confusion");
        confusion_json(e->confusion, to);
    }
    if (e->errors) {
        add_key(e, to, "errors");
        errors_json(e->errors, to);
    }
    if (e->seen) {
        add_key(e, to, "seen");
        seen_json(e->seen, to);
    }
    if (e->comparison) {
        add_key(e, to, "compare");
        resampled_json(e->comparison, e->options.other, to);
    }
    buffer_add_string(to, "}");
}

void evaluation_tsv(struct evaluation *e, struct buffer *to)
{
    confusion_tsv(e->confusion, to);
}

void evaluation_free(struct evaluation *e)
{
    if (!e)
        return;
    confusion_free(e->confusion);
    errors_free(e->errors);
    seen_free(e->seen);
    units_free(e->units);
    units_free(e->other_units);
    resampled_free(e->intervals);
    resampled_free(e->comparison);
    report_free(e->report);
    scorer_free(e->scorer);
    scorer_free(e->other_scorer);
    free(e);
}
