/* table: cells that a terminal can show, in columns. */
#ifndef TAGPIPE_TEXT_TABLE_H
#define TAGPIPE_TEXT_TABLE_H

#include <tagpipe/str.h>

#include "base/buffer.h"

enum { TABLE_PLAIN, TABLE_DIM, TABLE_ERROR, TABLE_TYPE }; /* TABLE_TYPE + k: in the k-th of TABLE_LOOKS looks, or without one */
enum { TABLE_HUES = 8, TABLE_FORMS = 3, TABLE_LOOKS = TABLE_HUES * TABLE_FORMS };

/* text.data[start, start + size), `width` columns of it */
struct table_cell {
    size_t start, size, width;
    int style;
};
/* Rows of equally many cells. Set to {0} at first. */
struct table {
    struct buffer text;
    struct table_cell *cell;
    size_t n, room, n_columns;
    bool right; /* all columns but the first are aligned to the right */
};
/* Begin again; the memory is kept. */
void table_clear(struct table *table, size_t n_columns);
/* The next cell, row by row. Any bytes: they are made printable (printable.h). */
void table_add(struct table *table, struct str cell, int style);
void table_add_string(struct table *table, const char *cell); /* TABLE_PLAIN */
/* At most 511 bytes. */
void table_add_format(struct table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Append the table. Each column is as wide as its widest cell, with one blank between columns and none at a line's end.
 * Columns that do not fit into `max_width` (0: any width) follow below in further blocks. */
void table_print(const struct table *table, struct buffer *to, size_t max_width, bool colour);
/* The same for a table of which only some rows are kept at a time: first the widest cells of all rows, width[n_columns], 0 at
 * first; then the rows. */
void table_widen(const struct table *table, size_t *width);
void table_print_rows(const struct table *table, const size_t *width, struct buffer *to);
void table_free(struct table *table);

#endif
