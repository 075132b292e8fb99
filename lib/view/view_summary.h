/* view_summary: what a whole stream holds, counted. */
#ifndef TAGPIPE_VIEW_VIEW_SUMMARY_H
#define TAGPIPE_VIEW_VIEW_SUMMARY_H

#include "base/buffer.h"
#include "stream/header.h"

struct view_summary {
    uint64_t records, sentences, words, pieces; /* a sentence may have several records: its windows */
};
void view_summary_add(struct view_summary *summary, const struct record *record);
/* Append the counts, and what the header says: fields, labels, vocabulary, history. */
void view_summary_print(const struct view_summary *summary, const struct header *header, struct buffer *to);

#endif
