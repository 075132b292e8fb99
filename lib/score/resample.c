/* resample: bootstrap and approximate randomisation over counts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "score/resample_private.h"
#include "base/rng.h"

/* Sums over units as one vector, for n types by name: tags and equal ones, then gold, predicted and right entities of each. */
enum { TAGS, EQUAL, COUNTS };
static size_t sums_of(size_t n_types) { return COUNTS + 3 * n_types; }

static void add_unit(const struct units *u, size_t i, int64_t *sum)
{
    const struct unit *unit = &u->unit[i];
    sum[TAGS] += unit->tags;
    sum[EQUAL] += unit->equal;
    for (size_t k = unit->start; k < unit->start + unit->n; k++) {
        const struct unit_count *c = &u->count[k];
        int64_t *at = sum + COUNTS + 3 * (size_t)u->rank[c->type];
        at[0] += c->gold;
        at[1] += c->pred;
        at[2] += c->correct;
    }
}

static void measure(const int64_t *sum, size_t n_types, double zero_division, double *out)
{
    size_t all[3] = {0};
    for (size_t i = 0; i < n_types; i++) {
        const int64_t *at = sum + COUNTS + 3 * i;
        for (size_t k = 0; k < 3; k++)
            all[k] += (size_t)at[k];
        out[MEASURE_TYPES + i] = score_figures((size_t)at[2], (size_t)at[1], (size_t)at[0], zero_division).f1;
    }
    struct prf f = score_figures(all[2], all[1], all[0], zero_division);
    out[MEASURE_PRECISION] = f.precision;
    out[MEASURE_RECALL] = f.recall;
    out[MEASURE_F1] = f.f1;
    out[MEASURE_ACCURACY] = sum[TAGS] ? (double)sum[EQUAL] / (double)sum[TAGS] : zero_division;
}

/* ---- types by name, for two systems ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_names(const struct units *u, char **name, size_t *n)
{
    bool *seen = xcalloc(u->n_types, sizeof *seen);
    for (size_t i = 0; i < u->n_counts; i++)
        if (!seen[u->count[i].type]) {
            seen[u->count[i].type] = true;
            name[(*n)++] = u->name[u->count[i].type];
        }
    free(seen);
}

/* The types of both, sorted, each once. Returns their number. */
static size_t sort_names(const struct units *here, const struct units *there, char ***sorted)
{
    char **name = *sorted = xmalloc(here->n_types + (there ? there->n_types : 0), sizeof *name);
    size_t n = 0, kept = 0;
    collect_names(here, name, &n);
    if (there)
        collect_names(there, name, &n);
    if (n > 0)
        qsort(name, n, sizeof *name, by_name);
    for (size_t i = 0; i < n; i++)
        if (kept == 0 || strcmp(name[i], name[kept - 1]) != 0)
            name[kept++] = name[i];
    return kept;
}

static void rank_by_name(struct units *u, char **sorted, size_t n)
{
    if (!u->rank)
        u->rank = xmalloc(u->n_types, sizeof *u->rank);
    for (size_t i = 0; i < u->n_types; i++) {
        char *const *at = n ? bsearch(&u->name[i], sorted, n, sizeof *sorted, by_name) : NULL;
        u->rank[i] = at ? (uint32_t)(at - sorted) : UINT32_MAX;         /* one that does not occur */
    }
}

/* Gold tags are the same, so unequal sums mean unequal sentences. */
static void check_units(const struct units *here, const struct units *there)
{
    bool same = here->n == there->n;
    for (size_t i = 0; same && i < here->n; i++)
        same = here->unit[i].tags == there->unit[i].tags;
    if (!same)
        die("the two streams are divided into documents at different sentences");
}

/* ---- bootstrap ---- */

static void draw_units(const struct units *here, const struct units *there, uint64_t seed, uint64_t round, int64_t *sum, int64_t *other)
{
    for (size_t i = 0; i < here->n; i += 4) {
        struct rng4 r = rng_philox(seed, round, i / 4);
        for (size_t k = 0; k < 4 && i + k < here->n; k++) {
            size_t unit = (size_t)((uint64_t)r.v[k] * here->n >> 32);
            add_unit(here, unit, sum);
            if (there)
                add_unit(there, unit, other);
        }
    }
}

/* sample [measures, rounds] */
static void bootstrap(const struct units *here, const struct units *there, const struct resample_options *o, size_t n_types, double *sample)
{
    size_t n_sums = sums_of(n_types), n = MEASURE_TYPES + n_types;
    #pragma omp parallel
    {
        int64_t *sum = xmalloc(2 * n_sums, sizeof *sum);
        double *value = xmalloc(2 * n, sizeof *value);
        #pragma omp for schedule(static)
        for (size_t r = 0; r < o->rounds; r++) {
            memset(sum, 0, 2 * n_sums * sizeof *sum);
            draw_units(here, there, o->seed, r, sum, sum + n_sums);
            measure(sum, n_types, o->zero_division, value);
            if (there)
                measure(sum + n_sums, n_types, o->zero_division, value + n);
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

static double percentile(const double *sorted, size_t n, double share)
{
    double place = share * (double)(n - 1);
    size_t below = (size_t)place;
    return below + 1 < n ? sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

static void find_intervals(struct resampled *r, double *sample)
{
    size_t rounds = r->options.rounds;
    double tail = (100 - r->options.confidence) / 200;
    #pragma omp parallel for schedule(dynamic)
    for (size_t i = 0; i < r->n; i++) {
        double *of = sample + i * rounds;
        qsort(of, rounds, sizeof *of, by_size);
        r->measure[i].low = percentile(of, rounds, tail);
        r->measure[i].high = percentile(of, rounds, 1 - tail);
    }
}

/* ---- randomisation ---- */

/* What changes in the sums when a unit changes places: there - here. */
struct change { uint32_t sum; int32_t by; };
struct changes { size_t *unit, *start; size_t n; struct change *data; size_t n_changes, room; };

static struct changes find_changes(const struct units *here, const struct units *there, size_t n_types)
{
    size_t n_sums = sums_of(n_types);
    struct changes c = {.unit = xmalloc(here->n, sizeof *c.unit), .start = xmalloc(here->n + 1, sizeof *c.start)};
    int64_t *sum = xcalloc(2 * n_sums, sizeof *sum), *other = sum + n_sums;
    for (size_t i = 0; i < here->n; i++) {
        size_t before = c.n_changes;
        memset(sum, 0, 2 * n_sums * sizeof *sum);
        add_unit(here, i, sum);
        add_unit(there, i, other);
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

static void toss(const struct changes *c, uint64_t seed, uint64_t round, int64_t *by)
{
    uint64_t block = UINT64_MAX;
    struct rng4 r = {{0}};
    for (size_t i = 0; i < c->n; i++) {
        size_t unit = c->unit[i];
        if (unit / 128 != block)
            r = rng_philox(seed, ((uint64_t)1 << 32) + round, block = unit / 128);
        int64_t mask = -(int64_t)(r.v[unit / 32 % 4] >> unit % 32 & 1);     /* no branch: a coin cannot be predicted */
        for (size_t k = c->start[i]; k < c->start[i + 1]; k++)
            by[c->data[k].sum] += c->data[k].by & mask;
    }
}

/* How many rounds gave a difference of at least that in the measures. A sum of the same counts in another order may differ by the
 * last bits. */
static void count_rounds(const struct resampled *r, const struct changes *c, const int64_t *here, const int64_t *there, size_t n_types,
                         uint64_t *least)
{
    size_t n_sums = sums_of(n_types), n = r->n;
    double zero = r->options.zero_division;
    #pragma omp parallel
    {
        int64_t *by = xmalloc(3 * n_sums, sizeof *by), *a = by + n_sums, *b = a + n_sums;
        double *value = xmalloc(2 * n, sizeof *value);
        uint64_t *mine = xcalloc(n, sizeof *mine);
        #pragma omp for schedule(static)
        for (size_t round = 0; round < r->options.rounds; round++) {
            memset(by, 0, n_sums * sizeof *by);
            toss(c, r->options.seed, round, by);
            for (size_t k = 0; k < n_sums; k++) {
                a[k] = here[k] + by[k];
                b[k] = there[k] - by[k];
            }
            measure(a, n_types, zero, value);
            measure(b, n_types, zero, value + n);
            for (size_t i = 0; i < n; i++)
                mine[i] += fabs(value[i] - value[n + i]) >= fabs(r->measure[i].difference) - 1e-12;
        }
        #pragma omp critical
        for (size_t i = 0; i < n; i++)
            least[i] += mine[i];
        free(by);
        free(value);
        free(mine);
    }
}

static void randomise(struct resampled *r, const struct units *here, const struct units *there, const int64_t *sum, size_t n_types)
{
    struct changes c = find_changes(here, there, n_types);
    uint64_t *least = xcalloc(r->n, sizeof *least);
    count_rounds(r, &c, sum, sum + sums_of(n_types), n_types, least);
    for (size_t i = 0; i < r->n; i++)
        r->measure[i].p = ((double)least[i] + 1) / ((double)r->options.rounds + 1);
    r->n_differ = c.n;
    free(least);
    free(c.unit);
    free(c.start);
    free(c.data);
}

/* ---- both ---- */

struct resampled *resample(struct units *here, struct units *there, const struct resample_options *options)
{
    struct resampled *r = xcalloc(1, sizeof *r);
    char **name;
    units_end(here);
    if (there) {
        units_end(there);
        check_units(here, there);
    }
    size_t n_types = sort_names(here, there, &name), n_sums = sums_of(n_types);
    rank_by_name(here, name, n_types);
    if (there)
        rank_by_name(there, name, n_types);
    static const char *const overall[] = {"precision", "recall", "f1", "accuracy"};
    *r = (struct resampled){.options = *options, .n_units = here->n, .n = MEASURE_TYPES + n_types, .two = there != NULL};
    r->measure = xcalloc(r->n, sizeof *r->measure);
    int64_t *sum = xcalloc(2 * n_sums, sizeof *sum);
    double *value = xcalloc(2 * r->n, sizeof *value), *sample = xmalloc(r->n, options->rounds * sizeof *sample);
    for (size_t i = 0; i < here->n; i++) {
        add_unit(here, i, sum);
        if (there)
            add_unit(there, i, sum + n_sums);
    }
    measure(sum, n_types, options->zero_division, value);
    measure(sum + n_sums, n_types, options->zero_division, value + r->n);
    for (size_t i = 0; i < r->n; i++) {
        struct measure *m = &r->measure[i];
        m->name = xstrdup(i < MEASURE_TYPES ? overall[i] : name[i - MEASURE_TYPES]);
        m->here = value[i];
        m->there = value[r->n + i];
        m->difference = m->here - m->there;
    }
    bootstrap(here, there, options, n_types, sample);
    find_intervals(r, sample);
    if (there)
        randomise(r, here, there, sum, n_types);
    free(name);
    free(sum);
    free(value);
    free(sample);
    return r;
}

void resampled_free(struct resampled *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n; i++)
        free(r->measure[i].name);
    free(r->measure);
    free(r);
}
