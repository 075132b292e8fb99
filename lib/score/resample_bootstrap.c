/* resample_bootstrap: percentile intervals. */
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "score/resample_methods.h"
#include "score/resample_sums.h"

static void draw_units(const struct resample_counts *here, const struct resample_counts *there, uint64_t seed, uint64_t round,
                       int64_t *sum, int64_t *other)
{
    for (size_t i = 0; i < here->n; i += 4) {
        struct rng4 r = rng_philox(seed, round, i / 4);
        for (size_t k = 0; k < 4 && i + k < here->n; k++) {
            size_t unit = (size_t)((uint64_t)r.v[k] * here->n >> 32);
            resample_sums_add(here, unit, sum);
            if (there)
                resample_sums_add(there, unit, other);
        }
    }
}

/* sample [figures, rounds] */
static void draw_samples(const struct resample_result *result, const struct resample_counts *here,
                         const struct resample_counts *there, double *sample)
{
    const struct resample_options *o = &result->options;
    size_t n = result->n, n_types = n - RESAMPLE_TYPES, n_sums = resample_sums(n_types);
#pragma omp parallel
    {
        int64_t *sum = xmalloc(2 * n_sums, sizeof *sum);
        double *value = xmalloc(2 * n, sizeof *value);
#pragma omp for schedule(static)
        for (size_t r = 0; r < o->rounds; r++) {
            memset(sum, 0, 2 * n_sums * sizeof *sum);
            draw_units(here, there, o->seed, r, sum, sum + n_sums);
            resample_sums_figures(sum, n_types, o->zero_division, value);
            if (there)
                resample_sums_figures(sum + n_sums, n_types, o->zero_division, value + n);
            for (size_t i = 0; i < n; i++)
                sample[i * o->rounds + r] = there ? value[i] - value[n + i] : value[i];
        }
        free(sum);
        free(value);
    }
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

/* share: 0 to 1. */
static double percentile(const double *sorted, size_t n, double share)
{
    double position = share * (double)(n - 1);
    size_t below = (size_t)position;
    return below + 1 < n ? sorted[below] + (position - (double)below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

void resample_bootstrap(struct resample_result *result, const struct resample_counts *here, const struct resample_counts *there)
{
    size_t rounds = result->options.rounds;
    double tail = (100 - result->options.confidence) / 200, *sample = xmalloc(result->n, rounds * sizeof *sample);
    draw_samples(result, here, there, sample);
#pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < result->n; i++) {
        double *of_figure = sample + i * rounds;
        qsort(of_figure, rounds, sizeof *of_figure, by_size);
        result->figure[i].low = percentile(of_figure, rounds, tail);
        result->figure[i].high = percentile(of_figure, rounds, 1 - tail);
    }
    free(sample);
}
