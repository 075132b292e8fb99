/* window_merge: the windows of a sentence put together again, so that the filter sees whole sentences only. */
#ifndef TAGPIPE_STREAM_WINDOW_MERGE_H
#define TAGPIPE_STREAM_WINDOW_MERGE_H

#include "stream/reader.h"

struct window_merger;
struct window_merger *window_merge_open(struct reader *in);
/* The next sentence, NULL after the last: a record as it is, or one made of windows. That one has the fields of the first
 * window. Its arrays with one value a piece (field_by_piece) hold the pieces of all windows that count, with what stands before
 * the first and after the last of these; its `loss` is the sum; its `window` is [0, 1]; its number is that of the last window.
 * Valid until the next call. */
struct record *window_merge_next(struct window_merger *merger);
void window_merge_close(struct window_merger *merger);

#endif
