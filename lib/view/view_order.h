/* view_order: records in the order of their scores, least sure first. */
#ifndef TAGPIPE_VIEW_VIEW_ORDER_H
#define TAGPIPE_VIEW_VIEW_ORDER_H

#include "base/buffer.h"
#include "stream/header.h"

enum { VIEW_ORDER_INPUT, VIEW_ORDER_SCORE };

struct view_order_item {
    double score;
    uint64_t number; /* of the record: equal scores stay in the order of the input */
    uint8_t *bytes;
    size_t size;
    struct view_order_sentence *sentence; /* what windows do not repeat of it, kept once; NULL: nothing */
};
/* Set the limit at first, the rest to 0. */
struct view_order {
    size_t limit; /* how many of the least sure are kept */
    struct view_order_item *item;
    size_t n, room, next;
    bool any_score;
    struct record record;
    struct view_order_sentence *sentence; /* of the last window */
    struct buffer inherited;
};
/* Dies if the stream has no scores. */
void view_order_start(const struct header *header);
/* Keep a copy of the record. Its score is the lowest of its words or, if there are none of these, of its entities. Records
 * without a score are last. */
void view_order_add(struct view_order *order, const struct record *record);
/* No more are added: the first record, then the next one, valid until the next call; after the last NULL, and the memory is
 * free. */
const struct record *view_order_next(struct view_order *order);

#endif
