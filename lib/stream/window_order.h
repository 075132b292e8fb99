/* window_order: which window of its sentence a record is, and that the windows of a sentence follow one another. */
#ifndef TAGPIPE_STREAM_WINDOW_ORDER_H
#define TAGPIPE_STREAM_WINDOW_ORDER_H

#include "stream/record.h"

/* The window's number in its sentence, from 0 on, and how many the sentence has: the field `window`, [number, count]; without
 * that field 0 of 1. */
size_t window_order_number(const struct record *record, size_t *count);
/* False where this field is not there, or is not as wptok writes it. */
bool window_order_parse(const struct record *record, size_t *number, size_t *count);

/* Set to {0} at first; free(x.id) at the end. */
struct window_order {
    size_t next, count;
    uint64_t record;
    uint8_t *id;
    size_t id_size, id_room;
};

/* The same; dies, naming the record, if another window has to follow. */
size_t window_order_next(struct window_order *order, const struct record *record, size_t *count);
/* Dies if the stream has ended in the middle of a sentence. */
void window_order_finish(const struct window_order *order);

#endif
