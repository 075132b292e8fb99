/* errors_print: errors as text and JSON. */
#include <stdlib.h>
#include <string.h>

#include "json/json_print.h"
#include "score/errors_private.h"
#include "text/printable.h"

static const enum entity_error order[] = {ENTITY_BOUNDARY, ENTITY_TYPE, ENTITY_MISSED, ENTITY_SPURIOUS};
enum { N_ORDER = sizeof order / sizeof *order };
static const char *const kind_name[ENTITY_ERRORS] = {"right", "type", "boundary", "missed", "spurious"};
/* Programs read the keys: "invented" stays, though the field's word is spurious. */
static const char *const kind_key[ENTITY_ERRORS] = {"right", "type", "boundary", "missed", "invented"};

static int by_number(const void *a, const void *b)
{
    uint64_t x = ((const struct errors_sample *)a)->number, y = ((const struct errors_sample *)b)->number;
    return x < y ? -1 : x > y;
}

static void sort_samples(struct errors_kind *k)
{
    if (k->n > 1)
        qsort(k->sample, k->n, sizeof *k->sample, by_number);
}

struct frequent {
    uint64_t n;
    size_t kind;
};

static int by_frequency(const void *a, const void *b)
{
    const struct frequent *x = a, *y = b;
    return x->n > y->n ? -1 : x->n < y->n ? 1 : x->kind < y->kind ? -1 : x->kind > y->kind;
}

/* Pairs of tags, the most frequent first; free it. */
static struct frequent *sort_pairs(const struct errors *e)
{
    struct frequent *f = xmalloc(e->n_kinds, sizeof *f);
    for (size_t i = 0; i < e->n_kinds; i++)
        f[i] = (struct frequent){e->kind[i].gold, i};
    if (e->n_kinds > 1)
        qsort(f, e->n_kinds, sizeof *f, by_frequency);
    return f;
}

enum { GOLD, PRED };

static struct str tag_of_pair(const struct errors *e, size_t kind, size_t side)
{
    uint32_t pair[2];
    memcpy(pair, e->pairs.name[kind], sizeof pair);
    return (struct str){e->name[pair[side]], strlen(e->name[pair[side]])};
}

/* ---- text ---- */

static void add_samples(struct errors_kind *k, struct buffer *to)
{
    sort_samples(k);
    for (size_t i = 0; i < k->n; i++)
        buffer_add_string(to, k->sample[i].text);
}

static void text_of_tags(struct errors *e, struct buffer *to)
{
    struct frequent *f = sort_pairs(e);
    buffer_format(to, "Errors: the most frequent of %zu pairs of tags\n", e->n_kinds);
    for (size_t i = 0; i < e->n_kinds && i < e->max_kinds; i++) {
        struct errors_kind *k = &e->kind[f[i].kind];
        buffer_add_string(to, "\n");
        printable_add(to, tag_of_pair(e, f[i].kind, GOLD));
        buffer_add_string(to, " predicted as ");
        printable_add(to, tag_of_pair(e, f[i].kind, PRED));
        buffer_format(to, ": %llu\n", (unsigned long long)k->gold);
        add_samples(k, to);
    }
    free(f);
}

void errors_text(struct errors *e, struct buffer *to)
{
    if (e->tags) {
        text_of_tags(e, to);
        return;
    }
    buffer_add_string(to, "Errors: entities, and a sample of them\n");
    for (size_t i = 0; i < N_ORDER; i++) {
        struct errors_kind *k = &e->kind[order[i]];
        buffer_format(to, "\n%s:", kind_name[order[i]]);
        if (order[i] != ENTITY_SPURIOUS)
            buffer_format(to, " %llu gold", (unsigned long long)k->gold);
        if (order[i] != ENTITY_MISSED)
            buffer_format(to, "%s %llu predicted", order[i] == ENTITY_SPURIOUS ? "" : ",", (unsigned long long)k->pred);
        buffer_add_string(to, "\n");
        add_samples(k, to);
    }
}

/* ---- JSON ---- */

static void add_json_samples(struct errors_kind *k, struct buffer *to)
{
    sort_samples(k);
    buffer_add_string(to, "\"examples\": [");
    for (size_t i = 0; i < k->n; i++) {
        buffer_add_string(to, i ? ", " : "");
        buffer_add_string(to, k->sample[i].text);
    }
    buffer_add_string(to, "]}");
}

static void json_of_tags(struct errors *e, struct buffer *to)
{
    struct frequent *f = sort_pairs(e);
    buffer_add_string(to, "[");
    for (size_t i = 0; i < e->n_kinds && i < e->max_kinds; i++) {
        buffer_add_string(to, i ? ", {\"gold\": " : "{\"gold\": ");
        json_print_str(to, tag_of_pair(e, f[i].kind, GOLD));
        buffer_add_string(to, ", \"predicted\": ");
        json_print_str(to, tag_of_pair(e, f[i].kind, PRED));
        json_print_count(to, ", \"number\": ", f[i].n);
        buffer_add_string(to, ", ");
        add_json_samples(&e->kind[f[i].kind], to);
    }
    buffer_add_string(to, "]");
    free(f);
}

void errors_json(struct errors *e, struct buffer *to)
{
    if (e->tags) {
        json_of_tags(e, to);
        return;
    }
    for (size_t i = 0; i < N_ORDER; i++) {
        struct errors_kind *k = &e->kind[order[i]];
        buffer_format(to, "%s\"%s\": {", i ? ", " : "{", kind_key[order[i]]);
        json_print_count(to, "\"gold\": ", k->gold);
        json_print_count(to, ", \"predicted\": ", k->pred);
        buffer_add_string(to, ", ");
        add_json_samples(k, to);
    }
    buffer_add_string(to, "}");
}
