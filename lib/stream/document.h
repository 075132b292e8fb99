/* document: where one begins in a stream of sentences. */
#ifndef TAGPIPE_STREAM_DOCUMENT_H
#define TAGPIPE_STREAM_DOCUMENT_H

#include "stream/reader.h"

/* Set to {0} at first. */
struct documents {
    uint64_t number;
    int64_t last_doc, last_id;
    bool begun, has_id;
};
/* The number of the record's document, counted here from 0 on. A document begins where the field `doc` changes, and where the ids
 * begin anew: concatenated streams have their first documents each. Dies if there is no `doc`. */
uint64_t document_of(struct documents *documents, const struct record *record);

#endif
