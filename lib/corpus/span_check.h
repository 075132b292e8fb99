/* span_check: spans that can be tags: inside of the text, without white space at their edges, none over another. */
#ifndef TAGPIPE_CORPUS_SPAN_CHECK_H
#define TAGPIPE_CORPUS_SPAN_CHECK_H

#include "corpus/span.h"

enum span_overlap { SPAN_OVERLAP_ERROR, SPAN_OVERLAP_LONGEST, SPAN_OVERLAP_FIRST };
#define SPAN_OVERLAPS "error|longest|first"

struct span_rules {
    enum span_overlap overlap; /* which of two spans that overlap stays */
    bool drops_bad;            /* spans that hold no text go, instead of being errors */
};
/* Of all texts so far. */
struct span_counts {
    size_t trimmed, twice, overlapping, bad;
};

/* Sort the spans by their start, and take away white space at their edges and spans that come twice. False if one is empty,
 * reversed, outside of the text or white space alone, or overlaps another, and `rules` do not say which goes: `why` then names
 * the spans. */
bool span_check(const struct span_rules *rules, const struct span_text *text, struct spans *spans, struct span_counts *counts,
                struct buffer *why);

#endif
