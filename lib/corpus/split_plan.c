/* split_plan: which part of a corpus each of its units belongs to. */
#include "corpus/split_plan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"
#include "text/list.h"

size_t split_shares(const char *text, double share[SPLIT_PARTS_MAX])
{
    const char *rest = text;
    struct str item;
    size_t n = 0;
    while (list_next(&rest, ':', &item)) {
        char *copy = xstrndup(item.data, item.size), *end;
        double value = strtod(copy, &end);
        if (end == copy || *end || !(value > 0) || !isfinite(value))
            die_usage("--parts %s: '%s' is not a number above 0; three parts are 80:10:10", text, copy);
        free(copy);
        if (n == SPLIT_PARTS_MAX)
            die_usage("--parts %s: more than %d parts", text, SPLIT_PARTS_MAX);
        share[n++] = value;
    }
    if (n < 2)
        die_usage("--parts %s: one part is no split; two parts are 90:10", text);
    return n;
}

enum { BALANCE_MAX = 64 }; /* rounds; a few are enough */

/* How many of `total` each part shall have: the sums from the first part on are rounded. */
static void find_targets(size_t total, size_t n_parts, const double *share, int64_t *left)
{
    double all = 0, sum = 0;
    int64_t before = 0;
    for (size_t k = 0; k < n_parts; k++)
        all += share[k];
    for (size_t k = 0; k < n_parts; k++) {
        sum += share[k];
        int64_t end = k + 1 == n_parts ? (int64_t)total : (int64_t)floor((double)total * (sum / all) + 0.5);
        left[k] = end - before;
        before = end;
    }
}

struct unit {
    size_t number, size, place; /* place: in the random order */
};

static int by_size(const void *a, const void *b)
{
    const struct unit *x = a, *y = b;
    return x->size != y->size ? (x->size < y->size) - (x->size > y->size) : (x->place > y->place) - (x->place < y->place);
}

/* The part from which most is missing, or (sign -1) which has most too much. */
static size_t extreme(size_t n_parts, const int64_t *left, int sign)
{
    size_t best = 0;
    for (size_t k = 1; k < n_parts; k++)
        if (sign * left[k] > sign * left[best])
            best = k;
    return best;
}

/* The units of a part, the largest first. Returns their number. */
static size_t units_of(size_t n, const size_t *size, const size_t *part, size_t k, struct unit *out)
{
    size_t count = 0;
    for (size_t i = 0; i < n; i++)
        if (part[i] == k)
            out[count++] = (struct unit){i, size[i], i};
    qsort(out, count, sizeof *out, by_size);
    return count;
}

static void move(struct unit unit, size_t from, size_t to, size_t *part, int64_t *left)
{
    part[unit.number] = to;
    left[from] += (int64_t)unit.size;
    left[to] -= (int64_t)unit.size;
}

/* An empty part gets the smallest unit of the part with the most units. */
static void fill_empty(size_t n, const size_t *size, size_t n_parts, size_t *part, int64_t *left, struct unit *room)
{
    size_t units[SPLIT_PARTS_MAX] = {0};
    for (size_t i = 0; i < n; i++)
        units[part[i]]++;
    for (size_t k = 0; k < n_parts; k++) {
        size_t most = 0;
        for (size_t j = 1; j < n_parts; j++)
            if (units[j] > units[most])
                most = j;
        if (units[k] > 0)
            continue;
        size_t count = units_of(n, size, part, most, room);
        move(room[count - 1], most, k, part, left);
        units[most]--;
        units[k]++;
    }
}

/* Give one unit of the part that has most too much, perhaps for a smaller one, to the part that has least, so that both
 * come nearer to their shares. False if no unit does that. */
static bool balance(size_t n, const size_t *size, size_t n_parts, size_t *part, int64_t *left, struct unit *room)
{
    size_t from = extreme(n_parts, left, -1), to = extreme(n_parts, left, 1);
    if (from == to)
        return false;
    size_t n_from = units_of(n, size, part, from, room), n_to = units_of(n, size, part, to, room + n_from);
    struct unit *a = room, *b = room + n_from, none = {0}, *give = NULL, *take = NULL;
    int64_t wanted = left[to] - left[from], best = wanted; /* twice what should move, as halves are no numbers */
    for (size_t i = 0, k = 0; i < n_from; i++) {           /* both lists fall: the partner of the next is not before this one's */
        while (k < n_to && 2 * ((int64_t)a[i].size - (int64_t)b[k].size) < wanted)
            k++;
        for (size_t j = k > 0 ? k - 1 : 0; j <= k && j <= n_to; j++) {
            struct unit *other = j < n_to ? &b[j] : &none;
            int64_t off = llabs(2 * ((int64_t)a[i].size - (int64_t)other->size) - wanted);
            if (off < best && (other != &none || n_from > 1)) {
                best = off;
                give = &a[i];
                take = other;
            }
        }
    }
    if (!give)
        return false;
    move(*give, from, to, part, left);
    if (take != &none)
        move(*take, to, from, part, left);
    return true;
}

/* In a random order each unit goes to the first part that has room for all of it. Those that have no room anywhere, the largest
 * first, go where most is missing. What is still off then is balanced by single units. */
void split_plan(size_t n, const size_t *size, size_t n_parts, const double *share, uint64_t seed, size_t *part)
{
    size_t total = 0, n_rest = 0, *order = xmalloc(n, sizeof *order);
    struct unit *rest = xmalloc(n, sizeof *rest);
    int64_t left[SPLIT_PARTS_MAX];
    for (size_t i = 0; i < n; i++)
        total += size[i];
    find_targets(total, n_parts, share, left);
    rng_shuffle(seed, 0, n, order);
    for (size_t i = 0; i < n; i++) {
        size_t unit = order[i], k = 0;
        while (k < n_parts && left[k] < (int64_t)size[unit])
            k++;
        if (k < n_parts) {
            part[unit] = k;
            left[k] -= (int64_t)size[unit];
        } else
            rest[n_rest++] = (struct unit){unit, size[unit], i};
    }
    qsort(rest, n_rest, sizeof *rest, by_size);
    for (size_t i = 0; i < n_rest; i++) {
        size_t k = extreme(n_parts, left, 1);
        part[rest[i].number] = k;
        /* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Assign): k < n_parts, which find_targets has set */
        left[k] -= (int64_t)rest[i].size;
    }
    fill_empty(n, size, n_parts, part, left, rest);
    for (int i = 0; i < BALANCE_MAX && balance(n, size, n_parts, part, left, rest); i++)
        ;
    free(order);
    free(rest);
}
