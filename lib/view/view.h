/* view: a stream's records for the eye: words over labels in columns as wide as a terminal shows them. */
#ifndef TAGPIPE_VIEW_VIEW_H
#define TAGPIPE_VIEW_VIEW_H

#include "json/json_write.h"
#include "tags/sentence.h"
#include "text/table.h"
#include "view/palette.h"

struct view {
    const struct header *header;
    const char *const *field; /* tag fields to show, ended by NULL; NULL: gold, then pred, where they are */
    bool pieces, colour;
    size_t width; /* of the terminal; 0: lines of any length */
    struct palette palette;
    int **style; /* of each label of each label set of the header; NULL where none was shown yet */
    struct table table;
    struct sentence sentence;
    struct buffer json;
};
/* Append one record; dies if its rows do not fit one another. */
void view_record(struct view *view, struct buffer *to, const struct record *record);
void view_free(struct view *view);

#endif
