/* checksum: of a stream whose header has "checksum": "xxh64". Its trailer then has two more fields, XXH64s as 16 hex digits:
 * "xxh64" of the bytes of all records, one after the other, and "header" of those of the header. Filters pass the key on like any
 * other, so all tools after one with --checksum write such a trailer, and each reader compares it. */
#ifndef TAGPIPE_STREAM_CHECKSUM_H
#define TAGPIPE_STREAM_CHECKSUM_H

#include "stream/header.h"
#include "stream/record.h"

enum { CHECKSUM_FIELDS = 2 }; /* more of a trailer */

struct checksum { /* begins as {0}; may begin again for the next stream */
    struct XXH64_state_s *state;
    bool wanted;
    uint64_t header;
};
/* Ask for one in a header that will be written. */
void checksum_announce(struct header *header);
/* A stream with this header, whose bytes these are. Dies if it wants a checksum of another kind. */
void checksum_begin(struct checksum *checksum, const struct header *header, struct msg bytes);
void checksum_add(struct checksum *checksum, struct msg record);
/* The fields of the trailer: as they are written; whether a trailer has them; and a check that dies if they are other ones.
 * `name`: of the file. */
void checksum_pack(const struct checksum *checksum, struct buffer *trailer);
bool checksum_is_in(const struct record *trailer);
void checksum_check(const struct checksum *checksum, const struct record *trailer, const char *name);
void checksum_free(struct checksum *checksum);

#endif
