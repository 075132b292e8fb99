/* json_write: msgpack values as JSON text (RFC 8259), in one pass without a tree.
 *
 *     integer      as it is                        nil, boolean   null, true, false
 *     float 32     the shortest text that reads back the same, always with a point or an exponent: 1.0, 0.1, 1e-05
 *     float 64     likewise; with a capital E (0.1E0, 2E-05) where its text would be that of some float 32
 *     NaN, +-Inf   null: JSON has no others        string         UTF-8 as it is; only what must be escaped is
 *     binary       {"$bin": "base64"}              extension      {"$ext": [type, "base64"]}
 *
 * So the types, and with them the bytes of a stream whose numbers are in their shortest form, can be had back. */
#ifndef TAGPIPE_JSON_JSON_WRITE_H
#define TAGPIPE_JSON_JSON_WRITE_H

#include "base/buffer.h"
#include "stream/reader.h"

struct json_writer {
    const char *error; /* after a failure: what has no form in JSON */
    size_t not_finite; /* numbers written as null */
};

/* Append one value; integers that are ids of `names` (NULL: none) become those names, but LABEL_NONE stays. False: see error. */
bool json_write_value(struct json_writer *state, struct buffer *to, struct msg value, const struct label_set *names);
/* Append a string, quoted and escaped; false if it is not UTF-8. */
bool json_write_str(struct buffer *to, struct str s);

/* The names in "a,b,...", ended by NULL; free() frees all. Dies unless the header promises each. */
const char *const *json_write_fields(const struct reader *in, const char *list);
/* The same for a list of fields, or of those that are left out; NULL for neither. Dies if both are given, or if the header does
 * not tell the fields that are left. */
const char *const *json_write_chosen(const struct reader *in, const char *fields, const char *without);
/* Append a record as one object, without a newline; dies if it has no form in JSON. `chosen` (NULL: all): these fields
 * only, in this order, where the record has them. `labels` (NULL: ids stay): the header with the names. */
void json_write_record(struct json_writer *state, struct buffer *to, const struct record *record, const char *const *chosen,
                       const struct header *labels);
/* Append JSON text in ASCII: \uXXXX for all other characters, and \/ for a slash, as to_json of pandas writes them. */
void json_write_ascii(struct buffer *to, struct str json);
/* Append a header that header_parse has passed, from its bytes; with `chosen` (NULL: no change) as its fields. */
void json_write_header(struct json_writer *state, struct buffer *to, struct msg header, const char *const *chosen);

#endif
