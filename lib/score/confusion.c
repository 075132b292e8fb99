/* confusion: gold types against predicted ones. */
#include "score/confusion.h"

#include <stdlib.h>
#include <string.h>

#include "json/json_print.h"
#include "text/intern.h"
#include "text/table.h"

/* Most cells are on the diagonal, and of the others few are filled where there are many types. */
struct confusion {
    char *const *name;
    size_t n_types; /* the scorer's */
    bool tags;
    uint64_t *right;     /* [n_types] the diagonal */
    struct intern pairs; /* the cells beside it: gold, predicted */
    uint64_t *count;     /* of each pair */
    size_t room;
};
enum { BOUNDARY, ALONE, N_NO_TYPE }; /* rows and columns after the types: of what meets no type on the other side */

struct confusion *confusion_new(const struct scorer *scorer, bool tags)
{
    struct confusion *c = xcalloc(1, sizeof *c);
    c->name = scorer_types(scorer, &c->n_types);
    c->tags = tags;
    if (c->n_types >= UINT32_MAX - N_NO_TYPE)
        die("too many types");
    c->right = xcalloc(c->n_types, sizeof *c->right);
    return c;
}

void confusion_free(struct confusion *c)
{
    if (!c)
        return;
    free(c->right);
    intern_free(&c->pairs);
    free(c->count);
    free(c);
}

static void count(struct confusion *c, uint32_t row, uint32_t column)
{
    if (row == column && row < c->n_types) {
        c->right[row]++;
        return;
    }
    uint32_t pair[2] = {row, column};
    size_t n = c->pairs.n, i = intern_add(&c->pairs, (struct str){(const char *)pair, sizeof pair});
    if (i == n) {
        GROW(c->count, c->room, n + 1);
        c->count[i] = 0;
    }
    c->count[i]++;
}

/* The row or column that the i-th entity of one side meets on the other. */
static uint32_t partner(const struct confusion *c, const struct entities *of, const struct entities *against, size_t i)
{
    const struct entity *e = &of->data[i];
    switch (e->error) {
    case ENTITY_BOUNDARY: return (uint32_t)c->n_types + BOUNDARY;
    case ENTITY_MISSED:
    case ENTITY_SPURIOUS: return (uint32_t)c->n_types + ALONE;
    default: return against->data[e->other].number;
    }
}

void confusion_add(void *confusion, const struct score_sentence *s)
{
    struct confusion *c = confusion;
    for (size_t i = 0; i < s->gold.n; i++)
        count(c, s->gold.data[i].number, partner(c, &s->gold, &s->pred, i));
    for (size_t i = 0; i < s->pred.n; i++) {
        uint32_t row = partner(c, &s->pred, &s->gold, i);
        if (row >= c->n_types)
            count(c, row, s->pred.data[i].number);
    }
}

/* ---- printing ---- */

/* A row, and the column of the same type. */
struct line {
    const char *name, *column_name;
    uint32_t number;
};
struct cell {
    uint32_t row, column; /* numbers, later places among the lines */
    uint64_t count;
};
/* The lines in the order in which they are printed, and the cells that are not 0, row by row. One more cell ends them. */
struct grid {
    size_t n, n_cells;
    struct line *line;
    struct cell *cell, *next;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct line *)a)->name, ((const struct line *)b)->name);
}

static int by_place(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return x->column < y->column ? -1 : x->column > y->column;
}

static void list_cells(const struct confusion *c, struct grid *g)
{
    g->cell = xmalloc(c->n_types + c->pairs.n + 1, sizeof *g->cell);
    for (size_t i = 0; i < c->n_types; i++)
        if (c->right[i])
            g->cell[g->n_cells++] = (struct cell){(uint32_t)i, (uint32_t)i, c->right[i]};
    for (size_t i = 0; i < c->pairs.n; i++) {
        struct cell *cell = &g->cell[g->n_cells++];
        uint32_t pair[2];
        memcpy(pair, c->pairs.name[i], sizeof pair);
        *cell = (struct cell){pair[0], pair[1], c->count[i]};
    }
}

/* The types that occur, by name, then what meets no type. */
static struct grid grid_of(const struct confusion *c, const char *alone)
{
    struct grid g = {.line = xmalloc(c->n_types + N_NO_TYPE, sizeof *g.line)};
    uint32_t *place = xcalloc(c->n_types + N_NO_TYPE, sizeof *place);
    list_cells(c, &g);
    for (size_t i = 0; i < g.n_cells; i++)
        place[g.cell[i].row] = place[g.cell[i].column] = 1; /* it occurs */
    for (size_t i = 0; i < c->n_types; i++)
        if (place[i])
            g.line[g.n++] = (struct line){c->name[i], c->name[i], (uint32_t)i};
    if (g.n > 1)
        qsort(g.line, g.n, sizeof *g.line, by_name);
    if (!c->tags) {
        g.line[g.n++] = (struct line){"boundary", "boundary", (uint32_t)c->n_types + BOUNDARY};
        g.line[g.n++] = (struct line){alone, "missed", (uint32_t)c->n_types + ALONE};
    }
    for (size_t i = 0; i < g.n; i++)
        place[g.line[i].number] = (uint32_t)i;
    for (size_t i = 0; i < g.n_cells; i++) {
        g.cell[i].row = place[g.cell[i].row];
        g.cell[i].column = place[g.cell[i].column];
    }
    if (g.n_cells > 1)
        qsort(g.cell, g.n_cells, sizeof *g.cell, by_place);
    g.cell[g.n_cells] = (struct cell){UINT32_MAX, UINT32_MAX, 0};
    g.next = g.cell;
    free(place);
    return g;
}

static void grid_free(struct grid *g)
{
    free(g->line);
    free(g->cell);
}

/* The count of a cell. All cells are asked for, row by row. */
static uint64_t next_count(struct grid *g, size_t row, size_t column)
{
    return g->next->row == row && g->next->column == column ? (g->next++)->count : 0;
}

static void add_head(const struct grid *g, struct table *t, const char *corner)
{
    table_clear(t, g->n + 1);
    table_add_string(t, corner);
    for (size_t k = 0; k < g->n; k++)
        table_add_string(t, g->line[k].column_name);
}

static void add_row(struct grid *g, struct table *t, size_t row, const char *zero)
{
    table_clear(t, g->n + 1);
    table_add_string(t, g->line[row].name);
    for (size_t k = 0; k < g->n; k++) {
        uint64_t n = next_count(g, row, k);
        if (n)
            table_add_format(t, "%llu", (unsigned long long)n);
        else
            table_add_string(t, zero);
    }
}

/* How wide the columns are, of all rows; free it. The table is left with its head. */
static size_t *widths(const struct grid *g, struct table *t)
{
    size_t *width = xcalloc(g->n + 1, sizeof *width);
    table_clear(t, 1);
    for (size_t i = 0; i < g->n; i++)
        table_add_string(t, g->line[i].name);
    table_widen(t, width);
    for (const struct cell *c = g->cell; c < g->cell + g->n_cells; c++) {
        size_t digits = 1;
        for (uint64_t rest = c->count; rest >= 10; rest /= 10)
            digits++;
        width[c->column + 1] = digits > width[c->column + 1] ? digits : width[c->column + 1];
    }
    add_head(g, t, "");
    table_widen(t, width);
    for (size_t k = 1; k <= g->n; k++)
        width[k] = width[k] > 0 ? width[k] : 1; /* of 0 */
    return width;
}

void confusion_text(const struct confusion *c, struct buffer *to)
{
    struct table t = {.right = true};
    struct grid g = grid_of(c, "spurious");
    size_t *width = widths(&g, &t);
    buffer_add_string(to, "Confusion: rows gold, columns predicted\n\n");
    table_print_rows(&t, width, to);
    for (size_t i = 0; i < g.n; i++) {
        add_row(&g, &t, i, ".");
        table_print_rows(&t, width, to);
    }
    free(width);
    grid_free(&g);
    table_free(&t);
}

/* ---- for programs: the names of rows and columns are keys, and stay ---- */

static const char old_spurious[] = "invented";

static void add_tsv(const struct table *t, struct buffer *to)
{
    for (size_t i = 0; i < t->n; i++) {
        buffer_add(to, t->text.data + t->cell[i].start, t->cell[i].size);
        buffer_add_string(to, i + 1 < t->n ? "\t" : "\n");
    }
}

void confusion_tsv(const struct confusion *c, struct buffer *to)
{
    struct table t = {0};
    struct grid g = grid_of(c, old_spurious);
    add_head(&g, &t, "gold");
    add_tsv(&t, to);
    for (size_t i = 0; i < g.n; i++) {
        add_row(&g, &t, i, "0");
        add_tsv(&t, to);
    }
    grid_free(&g);
    table_free(&t);
}

void confusion_json(const struct confusion *c, struct buffer *to)
{
    struct grid g = grid_of(c, old_spurious);
    for (int columns = 0; columns < 2; columns++) {
        buffer_add_string(to, columns ? ", \"columns\": [" : "{\"rows\": [");
        for (size_t i = 0; i < g.n; i++) {
            buffer_add_string(to, i ? ", " : "");
            json_print_string(to, columns ? g.line[i].column_name : g.line[i].name);
        }
        buffer_add_string(to, "]");
    }
    buffer_add_string(to, ", \"counts\": [");
    for (size_t i = 0; i < g.n; i++)
        for (size_t k = 0; k < g.n; k++) {
            json_print_count(to, k ? ", " : i ? ", [" : "[", next_count(&g, i, k));
            buffer_add_string(to, k + 1 < g.n ? "" : "]");
        }
    buffer_add_string(to, "]}");
    grid_free(&g);
}
