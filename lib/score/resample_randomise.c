/* resample_randomise: is the difference of two systems chance? */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "score/resample_methods.h"
#include "score/resample_sums.h"

/* What is added to the sums here when a unit changes places: its counts there - here. */
struct change {
    uint32_t sum;
    int32_t difference;
};
/* The units that differ: unit[i] has data[start[i], start[i + 1]). */
struct changes {
    size_t *unit, *start;
    size_t n;
    struct change *data;
    size_t n_changes, room;
};

static struct changes find_changes(const struct resample_counts *here, const struct resample_counts *there, size_t n_sums)
{
    struct changes c = {.unit = xmalloc(here->n, sizeof *c.unit), .start = xmalloc(here->n + 1, sizeof *c.start)};
    int64_t *sum = xcalloc(2 * n_sums, sizeof *sum), *other = sum + n_sums;
    for (size_t i = 0; i < here->n; i++) {
        size_t before = c.n_changes;
        memset(sum, 0, 2 * n_sums * sizeof *sum);
        resample_sums_add(here, i, sum);
        resample_sums_add(there, i, other);
        for (size_t k = 0; k < n_sums; k++)
            if (sum[k] != other[k]) {
                GROW(c.data, c.room, c.n_changes + 1);
                c.data[c.n_changes++] = (struct change){(uint32_t)k, (int32_t)(other[k] - sum[k])};
            }
        if (c.n_changes > before) {
            c.start[c.n] = before;
            c.unit[c.n++] = i;
        }
    }
    c.start[c.n] = c.n_changes;
    free(sum);
    return c;
}

/* total [sums]: what one round's exchanges add to the sums here. */
static void toss_coins(const struct changes *c, uint64_t seed, uint64_t round, int64_t *total)
{
    uint64_t block = UINT64_MAX;
    struct rng4 r = {{0}};
    for (size_t i = 0; i < c->n; i++) {
        size_t unit = c->unit[i];
        if (unit / 128 != block)
            r = rng_philox(seed, ((uint64_t)1 << 32) + round, block = unit / 128);
        int64_t mask = -(int64_t)(r.v[unit / 32 % 4] >> unit % 32 & 1); /* no branch: the processor cannot predict a coin */
        for (size_t k = c->start[i]; k < c->start[i + 1]; k++)
            total[c->data[k].sum] += c->data[k].difference & mask;
    }
}

/* as_large [figures]: how many rounds gave at least the difference of that figure. A sum of the same counts in another order may
 * differ in its last bits. */
static void count_rounds(const struct resample_result *result, const struct changes *c, const int64_t *here, const int64_t *there,
                         uint64_t *as_large)
{
    size_t n = result->n, n_types = n - RESAMPLE_TYPES, n_sums = resample_sums(n_types);
    double zero = result->options.zero_division;
#pragma omp parallel
    {
        int64_t *change = xmalloc(3 * n_sums, sizeof *change), *a = change + n_sums, *b = a + n_sums;
        double *value = xmalloc(2 * n, sizeof *value);
        uint64_t *mine = xcalloc(n, sizeof *mine);
#pragma omp for schedule(static)
        for (size_t round = 0; round < result->options.rounds; round++) {
            memset(change, 0, n_sums * sizeof *change);
            toss_coins(c, result->options.seed, round, change);
            for (size_t k = 0; k < n_sums; k++) {
                a[k] = here[k] + change[k];
                b[k] = there[k] - change[k];
            }
            resample_sums_figures(a, n_types, zero, value);
            resample_sums_figures(b, n_types, zero, value + n);
            for (size_t i = 0; i < n; i++)
                mine[i] += fabs(value[i] - value[n + i]) >= fabs(result->figure[i].difference) - 1e-12;
        }
#pragma omp critical
        for (size_t i = 0; i < n; i++)
            as_large[i] += mine[i];
        free(change);
        free(value);
        free(mine);
    }
}

void resample_randomise(struct resample_result *result, const struct resample_counts *here, const struct resample_counts *there,
                        const int64_t *sum)
{
    size_t n_sums = resample_sums(result->n - RESAMPLE_TYPES);
    struct changes c = find_changes(here, there, n_sums);
    uint64_t *as_large = xcalloc(result->n, sizeof *as_large);
    count_rounds(result, &c, sum, sum + n_sums, as_large);
    for (size_t i = 0; i < result->n; i++)
        result->figure[i].p = ((double)as_large[i] + 1) / ((double)result->options.rounds + 1);
    result->n_differ = c.n;
    free(as_large);
    free(c.unit);
    free(c.start);
    free(c.data);
}
