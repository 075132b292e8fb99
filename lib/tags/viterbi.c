/* viterbi: the best tag sequence that a scheme allows. */
#include "tags/viterbi.h"

#include <math.h>
#include <stdlib.h>

#include "tags/labels.h"

bool viterbi_init(struct viterbi *v, enum scheme scheme, const struct label_set *labels, const char **misfit)
{
    *v = (struct viterbi){.n = labels->n, .scheme = scheme, .labels = labels, .tag = xcalloc(labels->n, sizeof *v->tag)};
    for (size_t i = 0; i < labels->n; i++)
        if (!scheme_parse(scheme, str_of(labels->name[i]), &v->tag[i])) {
            *misfit = labels->name[i];
            return false;
        }
    return true;
}

void viterbi_transitions(struct viterbi *v)
{
    size_t n = v->n;
    v->allowed = xcalloc(n, n * sizeof *v->allowed);
    v->follows = xcalloc(n, n * sizeof *v->follows);
    v->first = xcalloc(n, sizeof *v->first);
    v->last = xcalloc(n, sizeof *v->last);
    for (size_t a = 0; a < n; a++) {
        v->first[a] = scheme_allows(v->scheme, TAG_OUTSIDE, v->tag[a]);
        v->last[a] = scheme_allows(v->scheme, v->tag[a], TAG_OUTSIDE);
        for (size_t b = 0; b < n; b++)
            v->allowed[a * n + b] = scheme_allows(v->scheme, v->tag[a], v->tag[b]);
    }
    int32_t *after = xmalloc(n, sizeof *after);
    labels_after(v->labels, after);
    for (size_t a = 0; a < n; a++) {
        bool goes_on = after[a] >= 0 && v->allowed[a * n + (size_t)after[a]];
        for (size_t b = 0; b < n; b++)
            v->follows[a * n + b] = goes_on ? b == (size_t)after[a] : v->allowed[a * n + b];
    }
    free(after);
}

void viterbi_free(struct viterbi *v)
{
    free(v->tag);
    free(v->allowed);
    free(v->follows);
    free(v->first);
    free(v->last);
    free(v->best);
    free(v->back);
    *v = (struct viterbi){0};
}

/* The best label before each of the word's; of equal ones the lowest. */
static void step(size_t n, const bool *allowed, const double *before, const double *weight, double *best, int32_t *back)
{
    for (size_t b = 0; b < n; b++) {
        best[b] = -INFINITY;
        back[b] = -1;
        for (size_t a = 0; a < n; a++)
            if (allowed[a * n + b] && before[a] > best[b]) {
                best[b] = before[a];
                back[b] = (int32_t)a;
            }
        best[b] += weight[b];
    }
}

bool viterbi_best(struct viterbi *v, size_t n_words, const double *weight, const bool *unknown, int32_t *path)
{
    size_t n = v->n, last = n;
    if (n_words == 0)
        return true;
    GROW(v->best, v->best_room, 2 * n);
    GROW(v->back, v->back_room, n_words * n);
    double *best = v->best, *before = v->best + n;
    for (size_t k = 0; k < n; k++)
        best[k] = v->first[k] ? weight[k] : -INFINITY;
    for (size_t i = 1; i < n_words; i++) {
        double *swap = before;
        before = best;
        best = swap;
        step(n, unknown && unknown[i] ? v->follows : v->allowed, before, weight + i * n, best, v->back + i * n);
    }
    for (size_t k = 0; k < n; k++)
        if (v->last[k] && best[k] > -INFINITY && (last == n || best[k] > best[last]))
            last = k;
    if (last == n)
        return false;
    path[n_words - 1] = (int32_t)last;
    for (size_t i = n_words - 1; i > 0; i--)
        path[i - 1] = v->back[i * n + (size_t)path[i]];
    return true;
}
