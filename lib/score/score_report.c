/* score_report: figures out of counts, in the order of operations of the seqeval package, so that doubles agree. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json/json_print.h"
#include "score/score_private.h"
#include "text/utf8.h"

struct prf score_figures(size_t correct, size_t pred, size_t gold, double zero_division)
{
    double p = pred ? (double)correct / (double)pred : zero_division;
    double r = gold ? (double)correct / (double)gold : zero_division;
    double sum = p + r;
    return (struct prf){p, r, sum == 0 ? 0 : 2 * p * r / sum, gold};
}

/* numpy's pairwise sum, whose order of additions shows in the last bit of an average. */
static double pairwise_sum(const double *x, size_t n)
{
    if (n < 8) {
        double sum = 0;
        for (size_t i = 0; i < n; i++)
            sum += x[i];
        return sum;
    }
    if (n > 128) {
        size_t half = n / 2 - n / 2 % 8;
        return pairwise_sum(x, half) + pairwise_sum(x + half, n - half);
    }
    double r[8];
    size_t i = 8;
    memcpy(r, x, sizeof r);
    for (; i + 8 <= n; i += 8)
        for (size_t k = 0; k < 8; k++)
            r[k] += x[i + k];
    double sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < n; i++)
        sum += x[i];
    return sum;
}

/* Mean over the types, weighted by gold support or not. */
static struct prf average(const struct report *report, bool weighted, double zero_division)
{
    size_t n = report->n_types, gold = 0, pred = 0;
    double *x = xmalloc(n, 3 * sizeof *x), mean[3];
    for (size_t i = 0; i < n; i++) {
        const struct score_type *t = &report->type[i];
        double w = weighted ? (double)t->gold : 1;
        gold += t->gold;
        pred += t->pred;
        x[i] = t->prf.precision * w;
        x[n + i] = t->prf.recall * w;
        x[2 * n + i] = t->prf.f1 * w;
    }
    for (size_t k = 0; k < 3; k++)
        mean[k] = pairwise_sum(x + k * n, n) / (weighted ? (double)gold : (double)n);
    free(x);
    if (weighted && gold == 0) {
        mean[0] = mean[2] = pred == 0 ? zero_division : 0;
        mean[1] = zero_division;
    }
    if (!weighted && n == 0)
        mean[0] = mean[1] = mean[2] = NAN;
    return (struct prf){mean[0], mean[1], mean[2], gold};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct score_type *)a)->name, ((const struct score_type *)b)->name);
}

static struct report *make_report(const struct scorer *s, const struct intern *names, const struct score_count *count)
{
    struct report *r = xcalloc(1, sizeof *r);
    double zero = s->options.zero_division;
    size_t correct = 0, pred = 0, gold = 0;
    if (s->n_tags == 0)
        die("no tags at all: nothing to score");
    r->type = xmalloc(names->n, sizeof *r->type);
    for (size_t i = 0; i < names->n; i++) {
        const struct score_count *c = &count[i];
        if (c->gold + c->pred == 0)
            continue;
        r->type[r->n_types++] = (struct score_type){xstrdup(names->name[i]), c->gold, c->pred, c->correct,
                                                    score_figures(c->correct, c->pred, c->gold, zero)};
        correct += c->correct;
        pred += c->pred;
        gold += c->gold;
    }
    qsort(r->type, r->n_types, sizeof *r->type, by_name);
    r->micro = score_figures(correct, pred, gold, zero);
    r->macro = average(r, false, zero);
    r->weighted = average(r, true, zero);
    r->accuracy = (double)s->equal / (double)s->n_tags;
    r->n_tags = s->n_tags;
    return r;
}

struct report *scorer_report(struct scorer *s)
{
    if (s->kept_size.n)
        strict_run_kept(s);
    return s->options.tags ? make_report(s, &s->names, s->tag_count) : make_report(s, &s->types, s->count);
}

void report_free(struct report *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_types; i++)
        free(r->type[i].name);
    free(r->type);
    free(r);
}

/* Code points, as Python counts and pads. */
static int width_of(const char *name)
{
    return (int)utf8_length(name, strlen(name));
}

static void add_row(struct buffer *to, int width, const char *name, const struct prf *f, int digits)
{
    buffer_format(to, "%*s%s  %9.*f %9.*f %9.*f %9zu\n", width - width_of(name), "", name, digits, f->precision, digits, f->recall,
                digits, f->f1, f->support);
}

void report_text(const struct report *r, struct buffer *to, int digits)
{
    int width = (int)strlen("weighted avg");
    width = digits > width ? digits : width;
    for (size_t i = 0; i < r->n_types; i++)
        width = width_of(r->type[i].name) > width ? width_of(r->type[i].name) : width;
    buffer_format(to, "%*s  %9s %9s %9s %9s\n\n", width, "", "precision", "recall", "f1-score", "support");
    for (size_t i = 0; i < r->n_types; i++)
        add_row(to, width, r->type[i].name, &r->type[i].prf, digits);
    buffer_add_string(to, "\n");
    add_row(to, width, "micro avg", &r->micro, digits);
    add_row(to, width, "macro avg", &r->macro, digits);
    add_row(to, width, "weighted avg", &r->weighted, digits);
    buffer_format(to, "\n%*s  %9.*f %29zu\n", width, "accuracy", digits, r->accuracy, r->n_tags);
}

/* ---- JSON ---- */

void report_json(const struct report *r, struct buffer *to)
{
    buffer_add_string(to, "{");
    for (size_t i = 0; i < r->n_types; i++) {
        const struct score_type *t = &r->type[i];
        json_print_string(to, t->name);
        json_print_number(to, ": {\"precision\": ", t->prf.precision);
        json_print_number(to, ", \"recall\": ", t->prf.recall);
        json_print_number(to, ", \"f1\": ", t->prf.f1);
        json_print_count(to, ", \"number\": ", t->gold);
        buffer_add_string(to, "}, ");
    }
    json_print_number(to, "\"overall_precision\": ", r->micro.precision);
    json_print_number(to, ", \"overall_recall\": ", r->micro.recall);
    json_print_number(to, ", \"overall_f1\": ", r->micro.f1);
    json_print_number(to, ", \"overall_accuracy\": ", r->accuracy);
}
