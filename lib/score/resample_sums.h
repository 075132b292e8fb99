/* resample_sums: the counts of units, sums of them, and the figures that the sums give. */
#ifndef TAGPIPE_SCORE_RESAMPLE_SUMS_H
#define TAGPIPE_SCORE_RESAMPLE_SUMS_H

#include "score/resample_counts.h"
#include "score/resample_result.h"
#include "stream/document.h"

struct resample_count {
    uint32_t type, gold, pred, correct;
};
/* count[start, start + n) */
struct resample_unit {
    size_t start;
    uint32_t n, tags, equal;
};

struct resample_counts {
    char *const *name;
    size_t n_types;
    bool by_document;
    struct documents documents;
    uint64_t document;
    struct resample_unit *unit;
    size_t n, room;
    struct resample_count *count;
    size_t n_counts, count_room;
    struct resample_count *open; /* [n_types] of the unit that sentences are added to; the types that it has: */
    uint32_t *touched;
    size_t n_touched;
    uint32_t *rank; /* [n_types] the number of a type's name among the sorted names */
};
/* No more sentences come: the last unit is complete. */
void resample_counts_end(struct resample_counts *counts);

/* Sums over units, for n types by name: tags, equal tags, then gold, predicted and right entities of each type. */
enum { RESAMPLE_SUM_TAGS, RESAMPLE_SUM_EQUAL, RESAMPLE_SUM_COUNTS };
size_t resample_sums(size_t n_types); /* how many sums there are */
/* Inlined: a round of a method does little else. */
static inline void resample_sums_add(const struct resample_counts *counts, size_t unit, int64_t *sum)
{
    const struct resample_unit *u = &counts->unit[unit];
    sum[RESAMPLE_SUM_TAGS] += u->tags;
    sum[RESAMPLE_SUM_EQUAL] += u->equal;
    for (size_t k = u->start; k < u->start + u->n; k++) {
        const struct resample_count *c = &counts->count[k];
        int64_t *of_type = sum + RESAMPLE_SUM_COUNTS + 3 * (size_t)counts->rank[c->type];
        of_type[0] += c->gold;
        of_type[1] += c->pred;
        of_type[2] += c->correct;
    }
}
/* value [RESAMPLE_TYPES + n_types]: the figures that the sums give. */
void resample_sums_figures(const int64_t *sum, size_t n_types, double zero_division, double *value);

#endif
