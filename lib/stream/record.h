/* record: one map of a stream, its fields by name. */
#ifndef TAGPIPE_STREAM_RECORD_H
#define TAGPIPE_STREAM_RECORD_H

#include "stream/msg.h"

/* Index a record's bytes, copied by the caller, so that it can be kept beyond the next reader_next. */
void record_index(struct record *record, uint64_t number, struct msg bytes);
/* The same where a scan of these bytes has marked what is in them. */
enum { RECORD_MARKS = 2 * RECORD_FIELDS_MAX };
void record_index_marked(struct record *record, uint64_t number, struct msg bytes, const uint32_t *mark);

/* Read a field of n pairs [start, end], one after the other, each 0 <= start <= end. Dies as the others do
 * (<tagpipe/stream.h>). */
void record_pairs(const struct record *record, const char *field, size_t n, struct array_ints *out);
/* Die, naming the record, unless a string of the field (its element `number`; SIZE_MAX: the field itself) is UTF-8. */
void record_check_text(const struct record *record, const char *field, size_t number, struct str text);
/* record_strs and record_str without this check, for who calls record_check_text where it costs less. The first returns the
 * whole value. */
struct msg record_strs_unchecked(const struct record *record, const char *field, struct array_strs *out);
struct str record_str_unchecked(const struct record *record, const char *field);

#endif
