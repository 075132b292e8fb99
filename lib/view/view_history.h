/* view_history: the tools that a stream came through. */
#ifndef TAGPIPE_VIEW_VIEW_HISTORY_H
#define TAGPIPE_VIEW_VIEW_HISTORY_H

#include "base/buffer.h"
#include "stream/header.h"

struct view_history { struct msg rest; size_t n; };     /* entries of the header that are still to come */
struct view_history view_history_of(const struct header *header);
/* Append the next tool and its arguments, with blanks between them, as they are: any bytes. False after the last. */
bool view_history_next(struct view_history *history, struct buffer *to);

#endif
