/* json_read: JSON text (RFC 8259) as msgpack, in one pass without a tree: the way back from json_write (json_write.h).
 *
 *     integer                  the shortest form of msgpack; it must fit 64 bits
 *     with a point or an e     float 32 if it is what the shortest text of some float 32 says; else float 64
 *     with an E                float 64                         null, true, false   nil, booleans
 *     {"$bin": "base64"}       binary                           {"$ext": [type, "base64"]}   extension
 *     other arrays, objects    arrays and maps in their shortest form; a key that comes twice in one object stays twice
 *
 * Nothing else than JSON is taken: no NaN, no comments, no comma at the end, no escape that names half of a surrogate pair. */
#ifndef TAGPIPE_JSON_JSON_READ_H
#define TAGPIPE_JSON_JSON_READ_H

#include "stream/pack.h"

/* Set to {0} at first. */
struct json_reader {
    struct buffer packed;  /* the msgpack */
    struct buffer scratch; /* of a string with escapes */
    const char *error;
    size_t column; /* after a failure: what is wrong, at which byte from 1 on */
};

/* Append the one value that `text`, valid UTF-8, is. False: see error; what was appended is taken back. */
bool json_read_value(struct json_reader *to, struct str text);
void json_reader_free(struct json_reader *reader);

#endif
