/* confusion: gold types against predicted ones. */
#include "score/confusion.h"

#include <stdlib.h>
#include <string.h>

#include "json/json_print.h"
#include "text/table.h"

struct confusion {
    char *const *name;
    size_t n_types; /* the scorer's */
    bool tags;
    uint64_t *cell; /* [n_types + N_NO_TYPE, n_types + N_NO_TYPE]: gold, predicted */
};
enum { BOUNDARY, ALONE, N_NO_TYPE }; /* rows and columns after the types: of what meets no type on the other side */

struct confusion *confusion_new(const struct scorer *scorer, bool tags)
{
    struct confusion *c = xcalloc(1, sizeof *c);
    c->name = scorer_types(scorer, &c->n_types);
    c->tags = tags;
    if (c->n_types >= UINT32_MAX)
        die("too many types");
    c->cell = xcalloc((c->n_types + N_NO_TYPE) * (c->n_types + N_NO_TYPE), sizeof *c->cell);
    return c;
}

void confusion_free(struct confusion *c)
{
    if (c)
        free(c->cell);
    free(c);
}

static uint64_t *cell(const struct confusion *c, size_t row, size_t column)
{
    return &c->cell[row * (c->n_types + N_NO_TYPE) + column];
}

/* The row or column that the i-th entity of one side meets on the other. */
static size_t partner(const struct confusion *c, const struct entities *of, const struct entities *against, size_t i)
{
    const struct entity *e = &of->data[i];
    switch (e->error) {
    case ENTITY_BOUNDARY: return c->n_types + BOUNDARY;
    case ENTITY_MISSED:
    case ENTITY_SPURIOUS: return c->n_types + ALONE;
    default: return against->data[e->other].number;
    }
}

void confusion_add(void *confusion, const struct score_sentence *s)
{
    struct confusion *c = confusion;
    for (size_t i = 0; i < s->gold.n; i++)
        ++*cell(c, s->gold.data[i].number, partner(c, &s->gold, &s->pred, i));
    for (size_t i = 0; i < s->pred.n; i++) {
        size_t row = partner(c, &s->pred, &s->gold, i);
        if (row >= c->n_types)
            ++*cell(c, row, s->pred.data[i].number);
    }
}

/* ---- printing ---- */

struct sorted {
    const char *name;
    size_t number;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct sorted *)a)->name, ((const struct sorted *)b)->name);
}

/* The types that occur, by name, then what meets no type; free *sorted. Returns their number. */
static size_t sort_types(const struct confusion *c, const char *alone, struct sorted **sorted)
{
    struct sorted *s = *sorted = xmalloc(c->n_types + N_NO_TYPE, sizeof *s);
    size_t n = 0;
    for (size_t i = 0; i < c->n_types; i++) {
        uint64_t sum = 0;
        for (size_t k = 0; k < c->n_types + N_NO_TYPE; k++)
            sum += *cell(c, i, k) + *cell(c, k, i);
        if (sum > 0)
            s[n++] = (struct sorted){c->name[i], i};
    }
    qsort(s, n, sizeof *s, by_name);
    if (!c->tags) {
        s[n++] = (struct sorted){"boundary", c->n_types + BOUNDARY};
        s[n++] = (struct sorted){alone, c->n_types + ALONE};
    }
    return n;
}

static void make_table(const struct confusion *c, struct table *t, const char *corner, const char *spurious, const char *zero)
{
    struct sorted *row, *column;
    size_t n = sort_types(c, spurious, &row);
    sort_types(c, "missed", &column);
    table_clear(t, n + 1);
    table_add_string(t, corner);
    for (size_t k = 0; k < n; k++)
        table_add_string(t, column[k].name);
    for (size_t i = 0; i < n; i++) {
        table_add_string(t, row[i].name);
        for (size_t k = 0; k < n; k++) {
            uint64_t count = *cell(c, row[i].number, column[k].number);
            if (count)
                table_add_format(t, "%llu", (unsigned long long)count);
            else
                table_add_string(t, zero);
        }
    }
    free(row);
    free(column);
}

void confusion_text(const struct confusion *c, struct buffer *to)
{
    struct table t = {.right = true};
    buffer_add_string(to, "Confusion: rows gold, columns predicted\n\n");
    make_table(c, &t, "", "spurious", ".");
    table_print(&t, to, 0, false);
    table_free(&t);
}

/* ---- for programs: the names of rows and columns are keys, and stay ---- */

static const char old_spurious[] = "invented";

void confusion_tsv(const struct confusion *c, struct buffer *to)
{
    struct table t = {0};
    make_table(c, &t, "gold", old_spurious, "0");
    for (size_t i = 0; i < t.n; i++) {
        buffer_add(to, t.text.data + t.cell[i].start, t.cell[i].size);
        buffer_add_string(to, (i + 1) % t.n_columns ? "\t" : "\n");
    }
    table_free(&t);
}

static void add_names(struct buffer *to, const struct sorted *s, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buffer_add_string(to, i ? ", " : "[");
        json_print_string(to, s[i].name);
    }
    buffer_add_string(to, n ? "]" : "[]");
}

void confusion_json(const struct confusion *c, struct buffer *to)
{
    struct sorted *row, *column;
    size_t n = sort_types(c, old_spurious, &row);
    sort_types(c, "missed", &column);
    buffer_add_string(to, "{\"rows\": ");
    add_names(to, row, n);
    buffer_add_string(to, ", \"columns\": ");
    add_names(to, column, n);
    buffer_add_string(to, ", \"counts\": [");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++) {
            json_print_count(to, k ? ", " : i ? ", [" : "[", *cell(c, row[i].number, column[k].number));
            buffer_add_string(to, k + 1 < n ? "" : "]");
        }
    buffer_add_string(to, "]}");
    free(row);
    free(column);
}
