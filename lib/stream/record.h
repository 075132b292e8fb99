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
/* Read the field `word_ids`: each is nil, or the number of a word. There are as many words as `tokens`; where there are none, no
 * more than the record has bytes. */
void record_word_ids(const struct record *record, struct array_ints *out);
/* A number that is finite; dies of any other value, by the name of its field and its place there. */
double record_number(const struct record *record, const char *field, size_t number, struct msg value);
/* Die of a string that is not UTF-8, naming the record, the field and the string's place. The reader has found one. */
_Noreturn void record_die_of_bad_text(const struct record *record);

#endif
