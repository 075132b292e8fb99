/* resample_methods: the two methods of resample.h. */
#ifndef TAGPIPE_SCORE_RESAMPLE_METHODS_H
#define TAGPIPE_SCORE_RESAMPLE_METHODS_H

#include "score/resample_counts.h"
#include "score/resample_result.h"

/* Set low and high of all figures. */
void resample_bootstrap(struct resample_result *result, const struct resample_counts *here, const struct resample_counts *there);
/* Set p of all figures, and n_differ. sum [2, resample_sums]: those of all units, here and there. */
void resample_randomise(struct resample_result *result, const struct resample_counts *here, const struct resample_counts *there,
                        const int64_t *sum);

#endif
