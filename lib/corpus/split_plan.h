/* split_plan: which part of a corpus each of its units (documents, sentences) belongs to. */
#ifndef TAGPIPE_CORPUS_SPLIT_PLAN_H
#define TAGPIPE_CORPUS_SPLIT_PLAN_H

#include "base/util.h"

enum { SPLIT_PARTS_MAX = 15 }; /* files that are open at once: outfile.h */

/* The shares in "80:10:10": any numbers above 0, of which only the proportions count. Returns how many there are; dies
 * (exit status 2) if there are less than 2 or too many, or if something else is written there. */
size_t split_shares(const char *text, double share[SPLIT_PARTS_MAX]);

/* Units 0 .. n-1 have these sizes (sentences). part[n]: the part of each. Which units come together depends on the seed
 * alone; the sizes of the parts come as near to their shares as whole units allow: with units of size 1 the difference is
 * below 1. No part is empty. There must be at least as many units as parts. */
void split_plan(size_t n, const size_t *size, size_t n_parts, const double *share, uint64_t seed, size_t *part);

#endif
