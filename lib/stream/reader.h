/* reader: records out of a stream, checked before anything is believed. All functions die (util.h) on a broken stream, with
 * the record's number and id. */
#ifndef TAGPIPE_STREAM_READER_H
#define TAGPIPE_STREAM_READER_H

#include "base/input.h"
#include "stream/header.h"
#include "stream/record.h"

struct reader;

/* Open the named files one after the other, or standard input for an empty list or "-", and read the header. Dies if it
 * is of another kind (NULL: any kind), naming the tool that makes the right one. */
struct reader *reader_open(const char *const *paths, const char *kind);
void reader_need_kind(const struct reader *reader, const char *kind); /* dies likewise */
/* Show on stderr how far the reading is, in the name of `what` (progress.h). */
void reader_show_progress(struct reader *reader, const char *what, bool wanted);
const struct header *reader_header(const struct reader *reader);
struct msg reader_header_bytes(const struct reader *reader); /* as they were read, from the first stream */
/* What to do about a field that is missing (fields.h). */
const char *reader_advice(const struct reader *reader, const char *field);
/* Die unless the header promises the field, with this advice. */
void reader_need(const struct reader *reader, const char *field);
/* The labels of a tag field; dies without. */
const struct label_set *reader_labels(const struct reader *reader, const char *field);
/* The next record, valid until the next call; NULL after a complete trailer. */
struct record *reader_next(struct reader *reader);
/* Whether reader_next would answer without waiting for the tool at the left. Ends the validity of the last record. */
bool reader_ready(struct reader *reader);
double reader_share(const struct reader *reader); /* of all files, 0 to 1, has been given out; 0: their size is not known */
/* Its files: for the hook before a read, and for a signal that ends the stream: then an end without trailer (the tool at the left
 * was stopped, too) is an end like any other. */
struct input *reader_input(struct reader *reader);
void reader_close(struct reader *reader);

/* The header of the stream in a file; the caller frees it. */
struct header *reader_header_of(const char *path);

#endif
