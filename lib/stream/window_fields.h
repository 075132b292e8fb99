/* window_fields: what a window does not repeat of its sentence. A window after the first may lack fields that are not by piece
 * (msgstream(5), window): they are those of the first window. */
#ifndef TAGPIPE_STREAM_WINDOW_FIELDS_H
#define TAGPIPE_STREAM_WINDOW_FIELDS_H

#include "base/buffer.h"
#include "stream/record.h"

/* Set to {0} at first, free(x.bytes.data) at last. */
struct window_fields {
    struct buffer bytes; /* of the first window of the sentence at hand */
    struct record first;
    size_t count; /* of its windows; 0: there is none */
};
/* The next record of a stream: one that is a later window finds the fields that it lacks (record_find), until the next call. Its
 * bytes and n_fields stay. */
void window_fields_find(struct window_fields *fields, struct record *record);

/* For who keeps records: the fields that a record has found so, as a record's bytes in `to`; and how a copy of the record,
 * without these, finds them again in a record of these bytes. */
struct msg window_fields_inherited(const struct record *record, struct buffer *to);
void window_fields_inherit(struct record *record, const struct record *first);

/* A sentence is written into each of its windows while the copies are together no larger than this; so a stream of windows does
 * not grow with the square of a sentence's length. */
enum { WINDOW_COPIES_MAX = 1 << 20 };
/* The fields that every window has: `id` and `doc`, as bytes in `to`. */
struct record window_fields_least(const struct record *record, struct buffer *to);

#endif
