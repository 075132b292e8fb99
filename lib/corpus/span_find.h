/* span_find: where a record of JSON has its text and its spans. */
#ifndef TAGPIPE_CORPUS_SPAN_FIND_H
#define TAGPIPE_CORPUS_SPAN_FIND_H

#include "corpus/span_read.h"

enum span_found {
    SPAN_FOUND_NONE,    /* an ordinary record */
    SPAN_FOUND_UNKNOWN, /* an ordinary record, or one whose spans are none */
    SPAN_FOUND_UNREAD,  /* an ordinary record: it has words, no tags, and spans in the field at `number` */
    SPAN_FOUND_FIELD,   /* the spans are in the field at `number`, or there are none: SIZE_MAX */
    SPAN_FOUND_TASK,    /* a task of Label Studio */
    SPAN_FOUND_SEVERAL, /* two fields have spans: `number` and `other` */
};
struct span_place {
    enum span_found found;
    size_t number, other; /* of fields */
};

/* By the shapes of the fields. Records that the tools here have written are ordinary ones. */
struct span_place span_find(const struct record *record);
/* Whether a field has records in it: an array of maps with words or with a text and its spans, of pairs of a text and a map, or
 * of {"row": {...}}. Returns what jq needs after '.FIELD[]' to make lines of them; NULL: no field has. */
const char *span_find_nested(const struct record *record, struct str *field);
/* Whether it is a task of Label Studio. */
bool span_is_task(const struct record *record);

#endif
