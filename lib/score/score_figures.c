/* score_figures: figures out of counts, in the order of operations of the seqeval package, so that doubles agree. */
#include "score/score_figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/score_private.h"

struct score_prf score_prf(size_t correct, size_t pred, size_t gold, double zero_division)
{
    double p = pred ? (double)correct / (double)pred : zero_division;
    double r = gold ? (double)correct / (double)gold : zero_division;
    double sum = p + r;
    return (struct score_prf){p, r, sum == 0 ? 0 : 2 * p * r / sum, gold};
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
static struct score_prf average(const struct score_figures *figures, bool weighted, double zero_division)
{
    size_t n = figures->n_types, gold = 0, pred = 0;
    double *x = xmalloc(n, 3 * sizeof *x), mean[3];
    for (size_t i = 0; i < n; i++) {
        const struct score_type *t = &figures->type[i];
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
    return (struct score_prf){mean[0], mean[1], mean[2], gold};
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct score_type *)a)->name, ((const struct score_type *)b)->name);
}

static struct score_figures *make_figures(const struct scorer *s, const struct intern *names, const struct score_count *count)
{
    struct score_figures *r = xcalloc(1, sizeof *r);
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
                                                    score_prf(c->correct, c->pred, c->gold, zero)};
        correct += c->correct;
        pred += c->pred;
        gold += c->gold;
    }
    qsort(r->type, r->n_types, sizeof *r->type, by_name);
    r->micro = score_prf(correct, pred, gold, zero);
    r->macro = average(r, false, zero);
    r->weighted = average(r, true, zero);
    r->accuracy = (double)s->n_equal / (double)s->n_tags;
    r->n_tags = s->n_tags;
    return r;
}

struct score_figures *score_figures_new(struct scorer *s)
{
    if (s->kept_size.n)
        score_scheme_run_kept(s);
    return s->options.tags ? make_figures(s, &s->names, s->tag_count) : make_figures(s, &s->types, s->count);
}

void score_figures_free(struct score_figures *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_types; i++)
        free(r->type[i].name);
    free(r->type);
    free(r);
}
