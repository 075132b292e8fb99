/* span_read: spans in the JSON of annotation tools, by their shape:
 *
 *     [0, 4, "ORG"]                                                  doccano, spaCy
 *     {"start": 0, "end": 4, "label": "ORG"}                         Prodigy, spaCy's Doc.to_json()
 *     {"start_offset": 0, "end_offset": 4, "label": "ORG"}           doccano with relations
 *     {"start": 0, "end": 4, "text": "Acme", "labels": ["ORG"]}      Label Studio
 *     {"start": 0, "end": 4, "entity_group": "ORG", "word": ...}     a pipeline of transformers
 */
#ifndef TAGPIPE_CORPUS_SPAN_READ_H
#define TAGPIPE_CORPUS_SPAN_READ_H

#include "corpus/span.h"
#include "stream/msg.h"

enum span_shape {
    SPAN_NO_LIST, /* not an array, or an array of something else */
    SPAN_EMPTY,   /* an empty array: of what, nobody can say */
    SPAN_LIST,    /* its first element is a span */
    SPAN_BROKEN,  /* it looks like one, but its start, end or label is missing or of another type: it may be something else */
    SPAN_OURS,    /* its first element is an entity as logit2span writes it */
};
enum span_shape span_shape(struct msg value);

/* Append an element of such an array (`spans` NULL: look at it only): a span for each of its labels. False if it has no whole
 * start and end, or no label. *browser becomes true if it is Label Studio's. */
bool span_read(struct msg element, struct spans *spans, bool *browser);
/* Append all of an array. SIZE_MAX, or the number of the first element that is not a span. */
size_t span_read_list(struct msg value, struct spans *spans, bool *browser);

/* The value of a map's key; data is NULL if there is none, or if it is no map. */
struct msg span_key(struct msg map, const char *key);

#endif
