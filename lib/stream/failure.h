/* failure: how the tools after a failed one learn that it has said why, so that only the first cause is printed. */
#ifndef TAGPIPE_STREAM_FAILURE_H
#define TAGPIPE_STREAM_FAILURE_H

#include "base/input.h"
#include "stream/record.h"

/* Whether a process that exits now ends its output with a mark, where a trailer would stand: {"failed": the tool's name,
 * "group": its process group} (msgstream(5)). */
void failure_mark_at_exit(bool is_wanted);

/* Dies if the record is such a mark; without a word if the tool that wrote it runs in the same pipe and so was heard. */
void failure_check(const struct record *record, const struct input *in);
/* Dies because a stream has no byte: without a word if it is a pipe, for the command at its other end has failed. */
_Noreturn void failure_empty(const struct input *in);

#endif
