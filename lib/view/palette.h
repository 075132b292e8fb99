/* palette: the look of each type, the same on a page and on a terminal: a hue, and a form where all hues are taken. */
#ifndef TAGPIPE_VIEW_PALETTE_H
#define TAGPIPE_VIEW_PALETTE_H

#include "stream/header.h"
#include "text/intern.h"
#include "text/table.h"

/* The looks of a terminal (table.h), which a page takes over. */
enum { PALETTE_HUES = TABLE_HUES, PALETTE_FORMS = TABLE_FORMS, PALETTE_LOOKS = TABLE_LOOKS };

/* Set to {0} at first. */
struct palette {
    struct intern types;
    uint8_t *hue; /* [types.n] 0 .. PALETTE_HUES - 1 */
    size_t room;
};
/* Add the types that the header announces, in alphabetic order, so that looks do not depend on the order of labels. `gold`: the
 * field of the gold tags; NULL: not chosen. */
void palette_start(struct palette *palette, const struct header *header, const char *gold);
/* The number of a type; a new one is added. */
size_t palette_type(struct palette *palette, struct str type);
/* hue + PALETTE_HUES * form; PALETTE_LOOKS: more types than looks, this one has none of its own. */
size_t palette_look(const struct palette *palette, size_t type);
void palette_free(struct palette *palette);

#endif
