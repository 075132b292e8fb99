/* view_show: the records of a stream, those that were chosen, in the form that was chosen. */
#ifndef TAGPIPE_VIEW_VIEW_SHOW_H
#define TAGPIPE_VIEW_VIEW_SHOW_H

#include "stream/filter.h"
#include "view/html.h"
#include "view/view.h"
#include "view/view_choice.h"

struct view_show {
    bool summary, page;
    int sort;           /* VIEW_ORDER_INPUT, VIEW_ORDER_SCORE */
    size_t limit;       /* records; SIZE_MAX: all */
    const char *fields; /* "A,B": what is shown, the gold and the predicted tags; NULL: what is there */
    struct view view;   /* its colour, pieces and width */
    struct html html;   /* its title */
    struct view_choice choice;
};
/* Read the stream to its end, or to the limit, and append what is shown. */
void view_show(struct view_show *show, struct filter *filter, struct buffer *to);

#endif
