/* constrain: which tags may follow which, and Viterbi's search. */
#include "tags/viterbi.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool same_entity_type(struct tag a, struct tag b)
{
    return a.prefix != 'O' && b.prefix != 'O' && a.type.size == b.type.size && memcmp(a.type.data, b.type.data, a.type.size) == 0;
}

bool scheme_allows(enum scheme scheme, struct tag a, struct tag b)
{
    bool same = same_entity_type(a, b);
    switch (scheme) {
    case IOB1:  return b.prefix != 'B' || same;         /* B only parts neighbours of one type */
    case IOB2:  return b.prefix != 'I' || same;
    case IOE1:  return a.prefix != 'E' || same;
    case IOE2:  return a.prefix != 'I' || same;
    case IOBES:
    case BILOU:
        break;
    }
    bool open = a.prefix == 'B' || a.prefix == 'I', goes_on = b.prefix == 'I' || b.prefix == 'E' || b.prefix == 'L';
    return open == goes_on && (!open || same);
}

enum scheme scheme_guess(const struct label_set *labels)
{
    bool has[256] = {false};
    for (size_t i = 0; i < labels->n; i++) {
        const char *name = labels->name[i];
        if (name[0] && name[1] == '-')
            has[(unsigned char)name[0]] = true;
    }
    if (has['L'] || has['U'])
        return BILOU;
    if (has['S'] || (has['B'] && has['E']))
        return IOBES;
    return has['E'] ? IOE2 : IOB2;
}

bool viterbi_init(struct viterbi *c, enum scheme scheme, const struct label_set *labels, const char **misfit)
{
    static const struct tag outside = {.prefix = 'O'};
    size_t n = labels->n;
    *c = (struct viterbi){.n = n, .tag = xcalloc(n, sizeof *c->tag), .allowed = xcalloc(n, n * sizeof *c->allowed),
                             .first = xcalloc(n, sizeof *c->first), .last = xcalloc(n, sizeof *c->last)};
    for (size_t i = 0; i < n; i++)
        if (!scheme_parse(scheme, (struct str){labels->name[i], strlen(labels->name[i])}, &c->tag[i])) {
            *misfit = labels->name[i];
            return false;
        }
    for (size_t a = 0; a < n; a++) {
        c->first[a] = scheme_allows(scheme, outside, c->tag[a]);
        c->last[a] = scheme_allows(scheme, c->tag[a], outside);
        for (size_t b = 0; b < n; b++)
            c->allowed[a * n + b] = scheme_allows(scheme, c->tag[a], c->tag[b]);
    }
    return true;
}

void viterbi_free(struct viterbi *c)
{
    free(c->tag);
    free(c->allowed);
    free(c->first);
    free(c->last);
    free(c->best);
    free(c->back);
    *c = (struct viterbi){0};
}

/* The best label before each of the word's; of equal ones the lowest. */
static void step(const struct viterbi *c, const double *before, const double *weight, double *best, int32_t *back)
{
    size_t n = c->n;
    for (size_t b = 0; b < n; b++) {
        best[b] = -INFINITY;
        back[b] = -1;
        for (size_t a = 0; a < n; a++)
            if (c->allowed[a * n + b] && before[a] > best[b]) {
                best[b] = before[a];
                back[b] = (int32_t)a;
            }
        best[b] += weight[b];
    }
}

bool viterbi_best(struct viterbi *c, size_t n_words, const double *weight, int32_t *path)
{
    size_t n = c->n, last = n;
    if (n_words == 0)
        return true;
    GROW(c->best, c->best_room, 2 * n);
    GROW(c->back, c->back_room, n_words * n);
    double *best = c->best, *before = c->best + n;
    for (size_t k = 0; k < n; k++)
        best[k] = c->first[k] ? weight[k] : -INFINITY;
    for (size_t i = 1; i < n_words; i++) {
        double *swap = before;
        before = best;
        best = swap;
        step(c, before, weight + i * n, best, c->back + i * n);
    }
    for (size_t k = 0; k < n; k++)
        if (c->last[k] && best[k] > -INFINITY && (last == n || best[k] > best[last]))
            last = k;
    if (last == n)
        return false;
    path[n_words - 1] = (int32_t)last;
    for (size_t i = n_words - 1; i > 0; i--)
        path[i - 1] = c->back[i * n + (size_t)path[i]];
    return true;
}
