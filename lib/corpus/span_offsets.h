/* span_offsets: what the numbers of spans count. Python's tools count code points. What a browser counts are units of UTF-16: two
 * for an emoji; and some count CR LF as one, because a browser shows it so. Where a span has its text with it, this tells. */
#ifndef TAGPIPE_CORPUS_SPAN_OFFSETS_H
#define TAGPIPE_CORPUS_SPAN_OFFSETS_H

#include "corpus/span.h"

enum span_unit { SPAN_AUTO, SPAN_CHARS, SPAN_UTF16, SPAN_CHARS_LF, SPAN_UTF16_LF };
#define SPAN_UNITS "auto|chars|utf16|chars-lf|utf16-lf"

/* Make the spans' numbers code points. SPAN_AUTO: the first unit in which each span has the text that it should have; these are
 * compared without their white space. `browser`: a browser has counted, so UTF-16 is tried first. False: none is right, and
 * `why` says what is wrong (with no `text` of spans that a browser has counted: that it is not known). Numbers that lie outside
 * of the text stay outside. */
bool span_offsets(enum span_unit unit, bool browser, const struct span_text *text, struct spans *spans, struct buffer *why);

#endif
