/* resample_counts: what each sentence, or each document, adds to a score. */
#include <stdlib.h>

#include "score/resample_sums.h"

struct resample_counts *resample_counts_new(const struct scorer *scorer, bool by_document)
{
    struct resample_counts *u = xcalloc(1, sizeof *u);
    u->name = scorer_types(scorer, &u->n_types);
    u->by_document = by_document;
    u->open = xcalloc(u->n_types, sizeof *u->open);
    u->touched = xcalloc(u->n_types, sizeof *u->touched);
    return u;
}

void resample_counts_free(struct resample_counts *u)
{
    if (!u)
        return;
    free(u->unit);
    free(u->count);
    free(u->open);
    free(u->touched);
    free(u->rank);
    free(u);
}

void resample_counts_end(struct resample_counts *u)
{
    if (u->n == 0)
        return;
    GROW(u->count, u->count_room, u->n_counts + u->n_touched);
    for (size_t i = 0; i < u->n_touched; i++) {
        struct resample_count *open = &u->open[u->touched[i]];
        u->count[u->n_counts++] = *open;
        *open = (struct resample_count){0};
    }
    u->unit[u->n - 1].n += (uint32_t)u->n_touched;
    u->n_touched = 0;
}

static struct resample_count *count_of(struct resample_counts *u, uint32_t type)
{
    struct resample_count *c = &u->open[type];
    if (c->gold + c->pred == 0) {
        c->type = type;
        u->touched[u->n_touched++] = type;
    }
    return c;
}

void resample_counts_add(void *counts, const struct score_sentence *s)
{
    struct resample_counts *u = counts;
    uint64_t document = u->by_document ? document_of(&u->documents, s->record) : 0;
    if (u->n == 0 || !u->by_document || document != u->document) {
        resample_counts_end(u);
        GROW(u->unit, u->room, u->n + 1);
        u->unit[u->n++] = (struct resample_unit){.start = u->n_counts};
        u->document = document;
    }
    u->unit[u->n - 1].tags += (uint32_t)s->n;
    u->unit[u->n - 1].equal += (uint32_t)s->n_equal;
    for (size_t i = 0; i < s->gold.n; i++) {
        struct resample_count *c = count_of(u, s->gold.data[i].number);
        c->gold++;
        c->correct += s->gold.data[i].error == ENTITY_RIGHT;
    }
    for (size_t i = 0; i < s->pred.n; i++)
        count_of(u, s->pred.data[i].number)->pred++;
}
