/* resample: the figures of two systems, type by type, and what the methods find out about them. */
#include "score/resample.h"

#include <stdlib.h>
#include <string.h>

#include "score/resample_methods.h"
#include "score/resample_sums.h"

/* ---- sums over units ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static void collect_names(const struct resample_counts *counts, char **name, size_t *n)
{
    bool *seen = xcalloc(counts->n_types, sizeof *seen);
    for (size_t i = 0; i < counts->n_counts; i++) {
        uint32_t type = counts->count[i].type;
        if (!seen[type])
            name[(*n)++] = counts->name[type];
        seen[type] = true;
    }
    free(seen);
}

/* The types of both, sorted, each once; free *sorted. Returns their number. */
static size_t sort_names(const struct resample_counts *here, const struct resample_counts *there, char ***sorted)
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

static void rank_by_name(struct resample_counts *counts, char **sorted, size_t n)
{
    if (!counts->rank)
        counts->rank = xmalloc(counts->n_types, sizeof *counts->rank);
    for (size_t i = 0; i < counts->n_types; i++) {
        char *const *found = n ? bsearch(&counts->name[i], sorted, n, sizeof *sorted, by_name) : NULL;
        counts->rank[i] = found ? (uint32_t)(found - sorted) : UINT32_MAX;
    }
}

/* The gold tags are the same, so unequal sums mean that documents end at other sentences. */
static void check_units(const struct resample_counts *here, const struct resample_counts *there)
{
    bool same = here->n == there->n;
    for (size_t i = 0; same && i < here->n; i++)
        same = here->unit[i].tags == there->unit[i].tags;
    if (!same)
        die("the two streams are divided into documents at different sentences");
}

/* ---- both methods ---- */

static void set_figures(struct resample_result *result, const int64_t *sum, char **type)
{
    static const char *const overall[] = {"precision", "recall", "f1", "accuracy"};
    size_t n = result->n, n_types = n - RESAMPLE_TYPES;
    double *value = xcalloc(2 * n, sizeof *value), zero = result->options.zero_division;
    resample_sums_figures(sum, n_types, zero, value);
    resample_sums_figures(sum + resample_sums(n_types), n_types, zero, value + n);
    for (size_t i = 0; i < n; i++) {
        struct resample_figure *f = &result->figure[i];
        f->name = xstrdup(i < RESAMPLE_TYPES ? overall[i] : type[i - RESAMPLE_TYPES]);
        f->here = value[i];
        f->there = value[n + i];
        f->difference = f->here - f->there;
    }
    free(value);
}

struct resample_result *resample(struct resample_counts *here, struct resample_counts *there,
                                 const struct resample_options *options)
{
    char **type;
    resample_counts_end(here);
    if (there) {
        resample_counts_end(there);
        check_units(here, there);
    }
    size_t n_types = sort_names(here, there, &type), n_sums = resample_sums(n_types);
    rank_by_name(here, type, n_types);
    if (there)
        rank_by_name(there, type, n_types);
    int64_t *sum = xcalloc(2 * n_sums, sizeof *sum);
    for (size_t i = 0; i < here->n; i++) {
        resample_sums_add(here, i, sum);
        if (there)
            resample_sums_add(there, i, sum + n_sums);
    }
    struct resample_result *result = xcalloc(1, sizeof *result);
    *result = (struct resample_result){
        .options = *options,
        .n_units = here->n,
        .n = RESAMPLE_TYPES + n_types,
        .two = there != NULL,
    };
    result->figure = xcalloc(result->n, sizeof *result->figure);
    set_figures(result, sum, type);
    resample_bootstrap(result, here, there);
    if (there)
        resample_randomise(result, here, there, sum);
    free(type);
    free(sum);
    return result;
}

void resample_free(struct resample_result *result)
{
    if (!result)
        return;
    for (size_t i = 0; i < result->n; i++)
        free(result->figure[i].name);
    free(result->figure);
    free(result);
}
