/* jsonlines: files of JSON, an object a line or an array of objects each, as the header, records and trailer of a stream: what
 * msg2json writes, and what others do (https://jsonlines.org). An object may be written as spaCy 2 wrote its examples, ["a text",
 * {...}]: then it has the text under the key "text". All functions die with file:line. */
#ifndef TAGPIPE_JSON_JSONLINES_H
#define TAGPIPE_JSON_JSONLINES_H

#include "json/json_items.h"
#include "json/json_read.h"
#include "stream/reader.h"

struct jsonlines {
    struct json_items items;
    struct lines *lines;     /* of the items */
    struct header *header;   /* of a first line that is one; NULL: there is none */
    const char *header_name; /* of its file */
    struct msg header_bytes; /* its msgpack */
    struct json_reader json; /* the line at hand */
    struct buffer joined;    /* an object that was a pair */
    struct record record;
    uint64_t in_stream; /* records since the last header or trailer */
    bool holds;         /* the record at hand is still to be given out */
};

/* `paths` as lines_open takes them. Reads the first line, to see whether it is a header. */
struct jsonlines *jsonlines_open(const char *const *paths);
/* The next record, valid until the next call; NULL at the end. Empty lines are skipped. A trailer is checked, but it need not
 * be there; a header after it must agree with the first one. */
struct record *jsonlines_next(struct jsonlines *in);
void jsonlines_close(struct jsonlines *in);

#endif
