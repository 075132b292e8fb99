/* resample_private: what units.c and resample.c share. */
#ifndef TAGPIPE_SCORE_RESAMPLE_PRIVATE_H
#define TAGPIPE_SCORE_RESAMPLE_PRIVATE_H

#include "stream/document.h"
#include "score/resample.h"

struct unit_count { uint32_t type, gold, pred, correct; };
struct unit { size_t start; uint32_t n, tags, equal; };         /* count[start .. start + n) */

struct units {
    char *const *name; size_t n_types;
    bool by_document; struct documents documents; uint64_t document;
    struct unit *unit; size_t n, room;
    struct unit_count *count; size_t n_counts, count_room;
    struct unit_count *open;                    /* [n_types] of the unit that sentences are added to; its types: */
    uint32_t *touched; size_t n_touched;
    uint32_t *rank;                             /* [n_types] the place of a type among those that are measured */
};
/* No more sentences: the last unit is whole. */
void units_end(struct units *units);

#endif
