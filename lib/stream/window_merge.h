/* merge: the windows of a sentence put together again, so that what follows sees whole sentences only. */
#ifndef TAGPIPE_STREAM_WINDOW_MERGE_H
#define TAGPIPE_STREAM_WINDOW_MERGE_H

#include "stream/reader.h"

/* Which window of its sentence the record is, from 0 on, and of how many: its field `window`, [number, count]; without it
 * 0 of 1. */
size_t window_number(const struct record *record, size_t *count);

/* The windows of a sentence follow one another. Set to {0} at first. */
struct window_order { size_t next, count; uint64_t record; uint8_t *id; size_t id_size, id_room; };

/* The same; dies, naming the record, if it is not the one that has to follow. */
size_t window_follow(struct window_order *order, const struct record *record, size_t *count);
/* Dies if the stream has ended in the middle of a sentence. */
void window_finish(const struct window_order *order);

struct window_merger;
struct window_merger *window_merge_open(struct reader *in);
/* The next sentence, NULL after the last: a record as it is, or one made of windows. That has the fields of the first
 * window, but in its arrays of one value a piece (input_ids, word_ids, offsets, pieces, labels, logits, attention_mask,
 * token_type_ids) the pieces that count, of all windows, with what stands before the first and behind the last of them; the
 * sum of `loss`; and [0, 1] as `window`. Its number is that of the last window. Valid until the next call. */
struct record *window_merge_next(struct window_merger *window_merger);
void window_merge_close(struct window_merger *window_merger);

#endif
