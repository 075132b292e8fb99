/* filter: what the tools here need of <tagpipe/filter.h> besides: streams of another kind, windows, text, files that are no
 * stream. */
#ifndef TAGPIPE_STREAM_FILTER_H
#define TAGPIPE_STREAM_FILTER_H

#include <tagpipe/filter.h>

#include "stream/pack.h"
#include "stream/reader.h"
#include "stream/writer.h"

/* A filter that has no stream on its left: it writes records of `kind`. The command line was parsed by the caller. */
struct filter *filter_new(const char *kind);
/* What was written goes out before a read of these files that may block. */
void filter_reads(struct filter *filter, struct input *in);
/* A tool that prints text: what is added to this buffer, instead of a stream. If the tool dies, the text of the records before is
 * printed, but not that of the last one. */
struct buffer *filter_prints(struct filter *filter);
/* Records of another kind come out; their fields are still to be added. */
void filter_becomes(struct filter *filter, const char *kind);
/* filter_next gives whole sentences: the windows of each are put together again (window_merge.h). */
void filter_merges_windows(struct filter *filter);
/* The next record of a filter that reads all before it writes: the header is written at the first filter_begin. */
struct record *filter_gather(struct filter *filter);

const struct header *filter_header(const struct filter *filter); /* as it was read */
struct header *filter_new_header(struct filter *filter);         /* as it will be written, until the first filter_next */
/* Write it now, before the first filter_next or filter_begin. */
void filter_start(struct filter *filter);
/* Another header, which belongs to the filter from now on. */
void filter_set_header(struct filter *filter, struct header *header);
/* Instead of a header, these bytes: for a stream that was one before. */
void filter_writes_header(struct filter *filter, struct msg header);
struct reader *filter_reader(struct filter *filter);

/* Begin a record of n fields, whatever filter_adds said. */
void filter_begin_new(struct filter *filter, size_t n);
/* The next field's name; its value goes into the buffer that comes back, by one function of pack.h. */
struct buffer *filter_put(struct filter *filter, const char *field);
struct buffer *filter_put_name(struct filter *filter, struct str name); /* the same */
void filter_flush(struct filter *filter);

#endif
