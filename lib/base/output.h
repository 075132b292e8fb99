/* output: standard output of a tool, stream or text: written from a buffer, and every failure reported here. */
#ifndef TAGPIPE_BASE_OUTPUT_H
#define TAGPIPE_BASE_OUTPUT_H

#include "base/buffer.h"

enum { OUTPUT_SIZE = 128 << 10 }; /* as much is collected before it is written without need */

/* Write what the buffer holds, and empty it. Dies if that fails; where nobody reads on, exits with 1 and without a word, as
 * any filter. */
void output_flush(struct buffer *out);
/* Flush, close standard output, so that a late failure (a full disk) is seen, and free the buffer's memory. */
void output_close(struct buffer *out);

#endif
