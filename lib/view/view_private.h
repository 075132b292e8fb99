/* view_private: what the files of view share. */
#ifndef TAGPIPE_VIEW_VIEW_PRIVATE_H
#define TAGPIPE_VIEW_VIEW_PRIVATE_H

#include "view/view.h"

/* ---- view_row.c: into view.table ---- */

/* The style of a type's cell. */
int view_type_style(struct view *view, struct str type);
/* One value: a label's name where there is one, else the value itself. */
void view_cell_add(struct view *view, const struct record *record, const char *field, struct msg value);
/* A row: one cell an element of the array, from number `first` on. The array must have `all` elements; `what` they are, for the
 * message if it has others. */
void view_row_add(struct view *view, const struct record *record, const char *field, struct msg array, const char *what,
                  size_t first, size_t all);

/* ---- view_words.c ---- */

/* The words of a sentence over their tags; of a window the words that count in it. */
void view_words(struct view *view, struct buffer *to, const struct record *record);

#endif
