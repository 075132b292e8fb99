/* stream: the msgpack stream between the tools; man/msgstream.5 is the contract.
 *
 *     header  {"msgstream": 1, "kind": ..., "fields": [...], "labels": {...}, "vocab": {...}, ..., "history": [...]}
 *     record  {"id": ..., "tokens": [...], ...}        any number; a filter appends its fields, the others pass untouched
 *     trailer {"end": true, "records": N}
 *
 * All functions die (util.h) on a broken stream, with the record's number and id. */
#ifndef TAGPIPE_STREAM_H
#define TAGPIPE_STREAM_H

#include <signal.h>

#include "header.h"

enum { RECORD_SIZE_MAX = MSG_SIZE_MAX, RECORD_FIELDS_MAX = 64 };

struct reader;

/* ---- reading ---- */

struct field { struct str name; struct msg value; };
struct record {
    uint64_t number;                        /* from 1 on, through all concatenated streams */
    struct msg bytes;                       /* the whole map */
    size_t n_fields; struct field field[RECORD_FIELDS_MAX];
};

/* Open the named files one after the other, or standard input for an empty list or "-", and read the header. Dies if it
 * is of another kind (NULL: any kind), naming the tool that makes the right one. */
struct reader *reader_open(const char *const *paths, const char *kind);
const struct header *reader_header(const struct reader *reader);
struct msg reader_header_bytes(const struct reader *reader);           /* as they were read, from the first stream */
/* Die unless the header promises the field, with the name of the tool that adds it. */
void reader_need(const struct reader *reader, const char *field);
/* The inventory of a tag field; dies without. */
const struct inventory *reader_labels(const struct reader *reader, const char *field);
/* The next record, valid until the next call; NULL after a complete trailer. Output of the writer tied to this reader is
 * flushed before a read that may block. */
struct record *reader_next(struct reader *reader);
/* Whether reader_next would answer without waiting for the tool at the left. Ends the validity of the last record. */
bool reader_ready(struct reader *reader);
double reader_share(const struct reader *reader);   /* of all files, 0 to 1, has been given out; 0: their size is not known */
void reader_tie(struct reader *reader, struct writer *writer);
/* Once a signal handler has set *stop, an interrupted read and an end without trailer (the tool at the left was stopped, too)
 * end the stream: reader_next returns NULL. */
void reader_stop_on(struct reader *reader, const volatile sig_atomic_t *stop);
void reader_close(struct reader *reader);

/* Index a record's bytes, copied by the caller, so that it can be kept beyond the next reader_next. */
void record_index(struct record *record, uint64_t number, struct msg bytes);
/* The same where a scan of these bytes has marked what is in them. */
enum { RECORD_MARKS = 2 * RECORD_FIELDS_MAX };
void record_index_marked(struct record *record, uint64_t number, struct msg bytes, const uint32_t *mark);
/* The value of a field; at is NULL if there is none. */
struct msg record_find(const struct record *record, const char *field);
/* "record 17 (id 4711)", for messages; the text is valid until the next call. */
const char *record_name(const struct record *record);
_Noreturn void record_die(const struct record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Read a field, or die naming the record, the field and the tool that should have run before. */
void record_ints(const struct record *record, const char *field, struct ints *out);
void record_strs(const struct record *record, const char *field, struct strs *out);
struct str record_str(const struct record *record, const char *field);
void record_ragged(const struct record *record, const char *field, struct ints *out, struct sizes *start);
void record_matrix(const struct record *record, const char *field, struct floats *out, size_t *rows, size_t *columns);
/* Tags of one field, each checked to be in [0, labels->n). */
void record_tags(const struct record *record, const struct inventory *labels, struct ints *out);

/* ---- writing ---- */

/* Write the header to standard output, with this tool's entry added to the history. Dies if stdout is a terminal. */
struct writer *writer_open(const struct header *header);
/* The same with a header's bytes as they are: for a stream that was one before. */
struct writer *writer_open_as(struct msg header);
/* Begin a record: the fields of `record` (NULL: none) but for those named in `added`, which the caller now puts, each
 * with put_key and one value; writer_end checks that all came. `added` ends with NULL. */
void writer_begin(struct writer *writer, const struct record *record, const char *const *added);
/* Begin a record of n fields, which the caller now puts likewise. */
void writer_begin_new(struct writer *writer, size_t n);
void writer_end(struct writer *writer);
void writer_flush(struct writer *writer);
/* Write the trailer, close stdout and report a failed write (a full disk). The only way to a valid stream. */
void writer_close(struct writer *writer);

void put_key(struct writer *w, const char *name);
void put_name(struct writer *w, struct str name);                       /* the same */
void put_nil(struct writer *w);
void put_bool(struct writer *w, bool value);
void put_int(struct writer *w, int64_t value);
void put_float(struct writer *w, float value);
void put_double(struct writer *w, double value);
void put_str(struct writer *w, const char *at, size_t size);
void put_array(struct writer *w, size_t n);
void put_map(struct writer *w, size_t n);
void put_raw(struct writer *w, struct msg value);
void put_ints(struct writer *w, const int32_t *at, size_t n);           /* an array; INT_NIL as nil */
void put_pairs(struct writer *w, const int32_t *first, const int32_t *second, size_t n);   /* [[first, second], ...] */
void put_floats(struct writer *w, const float *at, size_t n);           /* an array of float 32 */
void put_strs(struct writer *w, const struct str *at, size_t n);
/* Strings by number: full[id[i]], of which short_form[id] is the short form. */
void put_names(struct writer *w, const struct short_str *short_form, const struct str *full, const int32_t *id, size_t n);

#endif
