/* writer: records into a stream on standard output. */
#ifndef TAGPIPE_STREAM_WRITER_H
#define TAGPIPE_STREAM_WRITER_H

#include "base/buffer.h"
#include "stream/header.h"
#include "stream/record.h"

struct writer;

/* Write the header to standard output. Dies if stdout is a terminal. */
struct writer *writer_open(const struct header *header);
/* The same with a header's bytes as they are: for a stream that was one before. */
struct writer *writer_open_as(struct msg header);
/* Begin a record: the fields of `record` (NULL: none) but for those named in `added`, which the caller now puts, each
 * with writer_key and one value; writer_end checks that all came. `added` ends with NULL. */
void writer_begin(struct writer *writer, const struct record *record, const char *const *added);
/* Begin a record of n fields, which the caller now puts likewise. */
void writer_begin_new(struct writer *writer, size_t n);
/* The name of the next field. Its value goes into the buffer that comes back, by one function of pack.h. */
struct buffer *writer_key(struct writer *writer, struct str name);
void writer_end(struct writer *writer);
/* Append the trailer of a stream that goes elsewhere. */
struct checksum;
void writer_trailer(struct buffer *to, uint64_t records, const struct checksum *checksum);
void writer_flush(struct writer *writer);
/* Write the trailer, close stdout and report a failed write (a full disk). The only way to a valid stream. */
void writer_close(struct writer *writer);

#endif
