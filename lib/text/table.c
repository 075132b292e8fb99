/* table: cells in columns. */
#include "text/table.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "text/printable.h"

void table_clear(struct table *t, size_t n_columns)
{
    t->text.n = t->n = 0;
    t->n_columns = n_columns;
}

void table_add(struct table *t, struct str s, int style)
{
    GROW(t->cell, t->room, t->n + 1);
    size_t start = t->text.n, width = printable_add(&t->text, s);
    t->cell[t->n++] = (struct table_cell){start, t->text.n - start, width, style};
}

void table_add_string(struct table *t, const char *cell)
{
    table_add(t, (struct str){cell, strlen(cell)}, TABLE_PLAIN);
}

void table_add_format(struct table *t, const char *format, ...)
{
    char cell[512];
    va_list list;
    va_start(list, format);
    vsnprintf(cell, sizeof cell, format, list);
    va_end(list);
    table_add_string(t, cell);
}

void table_free(struct table *t)
{
    free(t->text.data);
    free(t->cell);
    *t = (struct table){0};
}

/* Hues around the circle, of those 256 colours that a dark and a light terminal show well, in three forms: plain, underlined,
 * reversed. */
static void add_style(struct buffer *to, int style)
{
    static const uint8_t hue[TABLE_HUES] = {167, 172, 106, 35, 37, 33, 99, 169};
    static const char *const form[TABLE_FORMS] = {"", ";4", ";7"};
    int look = style - TABLE_TYPE;
    if (style < TABLE_TYPE)
        buffer_add_string(to, style == TABLE_DIM ? "\033[2m" : "\033[1;31m");
    else if (look < TABLE_LOOKS)
        buffer_format(to, "\033[38;5;%d%sm", hue[look % TABLE_HUES], form[look / TABLE_HUES]);
    else
        buffer_add_string(to, "\033[1m");
}

static void print_cell(const struct table *t, const struct table_cell *cell, struct buffer *to, bool colour)
{
    bool styled = colour && cell->style != TABLE_PLAIN && cell->size > 0;
    if (styled)
        add_style(to, cell->style);
    buffer_add(to, t->text.data + cell->start, cell->size);
    if (styled)
        buffer_add_string(to, "\033[0m");
}

void table_widen(const struct table *t, size_t *width)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->cell[i].width > width[i % t->n_columns])
            width[i % t->n_columns] = t->cell[i].width;
}

/* One row of the columns [from, to_column). */
static void print_row(const struct table *t, const struct table_cell *row, const size_t *width, size_t from, size_t to_column,
                      struct buffer *to, bool colour)
{
    size_t blanks = 0;
    for (size_t k = from; k < to_column; k++) {
        size_t gap = width[k] - row[k].width;
        bool right = t->right && k > 0;
        blanks += right ? gap : 0;
        if (row[k].size > 0) {
            for (; blanks > 0; blanks--)
                buffer_add(to, " ", 1);
            print_cell(t, &row[k], to, colour);
        }
        blanks += (right ? 0 : gap) + 1;
    }
    buffer_add(to, "\n", 1);
}

static bool row_is_empty(const struct table_cell *row, size_t from, size_t to_column)
{
    for (size_t k = from; k < to_column; k++)
        if (row[k].size > 0)
            return false;
    return true;
}

void table_print_rows(const struct table *t, const size_t *width, struct buffer *to)
{
    for (size_t i = 0; i < t->n; i += t->n_columns)
        print_row(t, t->cell + i, width, 0, t->n_columns, to, false);
}

void table_print(const struct table *t, struct buffer *to, size_t max_width, bool colour)
{
    size_t *width = xcalloc(t->n_columns, sizeof *width);
    table_widen(t, width);
    for (size_t from = 0, next; from < t->n_columns; from = next) {
        size_t used = width[from];
        for (next = from + 1; next < t->n_columns; next++) {
            size_t more = 1 + width[next];
            if (max_width > 0 && used + more > max_width)
                break;
            used += more;
        }
        for (size_t i = 0; i < t->n; i += t->n_columns)
            if (!row_is_empty(t->cell + i, from, next))
                print_row(t, t->cell + i, width, from, next, to, colour);
    }
    free(width);
}
