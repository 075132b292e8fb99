/* resample_sums: figures from sums of counts. */
#include "score/resample_sums.h"
#include "score/score_figures.h"

size_t resample_sums(size_t n_types)
{
    return RESAMPLE_SUM_COUNTS + 3 * n_types;
}

void resample_sums_figures(const int64_t *sum, size_t n_types, double zero_division, double *value)
{
    size_t all[3] = {0};
    for (size_t i = 0; i < n_types; i++) {
        const int64_t *of_type = sum + RESAMPLE_SUM_COUNTS + 3 * i;
        for (size_t k = 0; k < 3; k++)
            all[k] += (size_t)of_type[k];
        value[RESAMPLE_TYPES + i] = score_prf((size_t)of_type[2], (size_t)of_type[1], (size_t)of_type[0], zero_division).f1;
    }
    struct score_prf f = score_prf(all[2], all[1], all[0], zero_division);
    int64_t tags = sum[RESAMPLE_SUM_TAGS];
    value[RESAMPLE_PRECISION] = f.precision;
    value[RESAMPLE_RECALL] = f.recall;
    value[RESAMPLE_F1] = f.f1;
    value[RESAMPLE_ACCURACY] = tags ? (double)sum[RESAMPLE_SUM_EQUAL] / (double)tags : zero_division;
}

/* ---- the types of two systems, by name ---- */
