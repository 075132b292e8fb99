/* aggregate: pieces to entities, as pipeline("token-classification") of transformers 5.23 groups them where labels are IOB's,
 * or of no scheme; by the scheme where they are of another one. */
#ifndef TAGPIPE_PREDICT_AGGREGATE_H
#define TAGPIPE_PREDICT_AGGREGATE_H

#include "predict/decode.h"
#include "stream/header.h"
#include "stream/pack.h"

/* The pipeline's aggregation_strategy. NONE: every piece by itself. SIMPLE: neighbouring pieces of one type. The others: first
 * pieces to words by this rule, then neighbouring words of one type. */
enum aggregation { AGGREGATE_NONE, AGGREGATE_SIMPLE, AGGREGATE_FIRST, AGGREGATE_AVERAGE, AGGREGATE_MAX };
#define AGGREGATE_NAMES "none|simple|first|average|max"

/* One sentence, as the tools before have cut and weighed it. */
struct aggregate_input {
    struct str text; /* raw, or the words with a delimiter between them */
    const size_t *byte_at;
    size_t n_codes;             /* [n_codes + 1] the byte where each code point of the text begins */
    size_t n;                   /* pieces */
    const int32_t *word_ids;    /* [n] MSG_INT_NIL: an added piece, which is left out */
    const int32_t *start, *end; /* [n] code points of the text, half open */
    const struct str *piece;    /* [n] */
    enum header_spelling spelling;
    struct str unk; /* how an unknown piece is written; empty: there is none */
    const float *probability;
    size_t n_labels; /* [n, n_labels] */
};

struct aggregate_span {
    struct str label; /* a label, or the type of a group */
    float score;
    size_t index;           /* AGGREGATE_NONE: the position of the piece */
    size_t word, word_size; /* in spans->text.data */
    int32_t start, end;     /* code points, half open */
    int32_t first_word, last_word;
};
/* Set to {0} at first; memory is used again. */
struct aggregate_spans {
    struct aggregate_span *data;
    size_t n, room;
    struct buffer text, words; /* words: what the groups are made of */
};

/* All groups, also those with labels that are to be ignored. */
void aggregate_find(enum aggregation aggregation, const struct aggregate_input *in, const struct label_set *labels,
                    struct aggregate_spans *out);
void aggregate_free(struct aggregate_spans *spans);

/* Records to entities. The caller sets the first members, and the others to 0. */
struct aggregator {
    enum aggregation aggregation;
    const struct label_set *labels; /* of the logits */
    const char *ignored;            /* labels and types that are not entities: "O,X" */
    const char *delimiter;          /* between words that were given as words */
    enum header_spelling spelling;  /* of the pieces */
    const char *unk;                /* how the vocabulary writes an unknown piece; empty: there is none */
    double threshold;               /* what has a lower score is no entity */
    /* of the last record */
    struct aggregate_spans spans;
    struct array_ints words, offsets, start, end;
    struct array_sizes offset_rows, byte_at, word_start;
    struct array_strs pieces, tokens;
    struct array_floats logits, probability;
    struct buffer joined;
};
/* Find the entities of a record (a whole sentence) from its text or tokens, word_ids, offsets, pieces and logits; a->spans then
 * has those that are not ignored. Dies, with the record's name, if the fields do not fit together. */
void aggregate_record(struct aggregator *a, const struct record *record);
/* The value of the field `entities`: an array of maps with the pipeline's keys in its order, then bytes and words. */
void aggregate_pack(const struct aggregator *a, struct buffer *to);
/* Free what the aggregator holds. */
void aggregate_end(struct aggregator *a);

#endif
