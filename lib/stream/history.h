/* history: the tools that a stream came through, as its header tells. */
#ifndef TAGPIPE_STREAM_HISTORY_H
#define TAGPIPE_STREAM_HISTORY_H

#include "stream/header.h"

/* The entries that are still to be read. */
struct history {
    struct msg rest;
    struct array_strs words;
};
struct history history_of(const struct header *header);
/* The next entry's words: the tool and its arguments; they are valid until the next call. False after the last, and then the
 * memory is free again. */
bool history_next(struct history *history);

#endif
