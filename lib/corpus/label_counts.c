/* label_counts: how often each label of a field comes, to tell tags from words. */
#include "corpus/label_counts.h"

#include <stdlib.h>
#include <string.h>

#include "base/util.h"

void label_counts_add(struct label_counts *c, size_t label)
{
    if (label >= c->count.n) {
        GROW(c->count.data, c->count.room, label + 1);
        memset(c->count.data + c->count.n, 0, (label + 1 - c->count.n) * sizeof *c->count.data);
        c->count.n = label + 1;
    }
    c->count.data[label]++;
    c->n_words++;
}

static int falling(const void *a, const void *b)
{
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    return (x < y) - (x > y);
}

bool label_counts_are_words(const struct label_counts *c)
{
    enum { MANY = 100 };
    size_t n = c->count.n, sum = 0;
    if (n <= MANY || n <= c->n_words / 100)
        return false;
    size_t *sorted = xmalloc(n, sizeof *sorted);
    memcpy(sorted, c->count.data, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, falling);
    for (size_t i = 0; i < MANY; i++)
        sum += sorted[i];
    free(sorted);
    return sum < c->n_words / 4 * 3;
}

void label_counts_warn(const struct label_counts *c, const struct label_set *labels, const char *advice)
{
    if (label_counts_are_words(c) && !labels_have_scheme(labels))
        warn("%s has %zu labels for %zu words: most likely these are words and not tags; %s", labels->field, c->count.n,
             c->n_words, advice);
}

void label_counts_free(struct label_counts *c)
{
    free(c->count.data);
    *c = (struct label_counts){0};
}
