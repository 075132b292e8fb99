/* span: a part of a text with a label, as annotation tools have it. */
#ifndef TAGPIPE_CORPUS_SPAN_H
#define TAGPIPE_CORPUS_SPAN_H

#include <tagpipe/str.h>

#include "base/buffer.h"

struct span {
    int64_t start, end; /* half open: what the file says, and code points of the text after span_offsets (span_offsets.h) */
    struct str label;
    struct str text; /* what the file says that the text of the span is; data is NULL where it does not */
    size_t line;     /* of the file, where spans have lines of their own; else 0 */
};
/* Set to {0} at first; free(x.data) at the end. */
struct spans {
    struct span *data;
    size_t n, room;
};

/* A text by its code points. Set to {0} at first; free(x.byte_at.data) at the end. */
struct span_text {
    struct str text;
    size_t n;                   /* code points */
    struct array_sizes byte_at; /* [n + 1] where each begins, and the end */
    bool has_astral;            /* code points that are two units in UTF-16 */
    bool has_crlf;
};
/* Dies never: `text` is valid UTF-8. */
void span_text_set(struct span_text *text, struct str utf8);
uint32_t span_text_code(const struct span_text *text, size_t i);
/* A part of it. */
struct str span_text_slice(const struct span_text *text, size_t start, size_t end);

/* Append `[5,9) "Corp" ORG`, for messages: of a place that may be outside of the text. */
void span_describe(struct buffer *to, const struct span_text *text, const struct span *span);

#endif
