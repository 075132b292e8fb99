/* span: pieces to entities, as pipeline("token-classification") of transformers 5.23 groups them. */
#ifndef TAGPIPE_PREDICT_AGGREGATE_H
#define TAGPIPE_PREDICT_AGGREGATE_H

#include "predict/decode.h"
#include "stream/filter.h"

enum aggregation { SPAN_NONE, SPAN_SIMPLE, SPAN_FIRST, SPAN_AVERAGE, SPAN_MAX };
#define SPAN_AGGREGATIONS "none|simple|first|average|max"

/* One sentence, as the tools before have cut and weighed it. */
struct span_input {
    struct str text;                        /* raw, or the words with a delimiter between them */
    const size_t *byte_at; size_t n_codes;  /* [n_codes + 1] where each code point of the text begins */
    size_t n;                               /* pieces */
    const int32_t *word_ids;                /* MSG_INT_NIL: added, not looked at */
    const int32_t *start, *end;             /* code points of the text */
    const struct str *piece;
    struct str unk;                         /* how an unknown piece is written */
    const float *probability; size_t n_labels;  /* [n, n_labels] */
};

struct span {
    const char *label; size_t label_size;   /* a label, or the type of a group */
    float score;
    size_t index;                           /* SPAN_NONE: the piece's place */
    size_t word, word_size;                 /* in spans->text */
    int32_t start, end;                     /* code points, half open */
    int32_t first_word, last_word;
};
/* Set to {0} at first; memory is used again. */
struct spans { struct span *data; size_t n, room; char *text; size_t text_size, text_room; };

/* All groups, those to be ignored too. */
void span_find(enum aggregation aggregation, const struct span_input *in, const struct label_set *labels, struct spans *out);
void spans_free(struct spans *spans);

#endif
