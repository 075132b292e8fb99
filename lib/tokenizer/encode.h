/* encode: the pieces of a sentence as rows that a model takes: as they are, cut off, or in windows; with context around them. */
#ifndef TAGPIPE_TOKENIZER_ENCODE_H
#define TAGPIPE_TOKENIZER_ENCODE_H

#include "stream/filter.h"
#include "tokenizer/context.h"
#include "tokenizer/vocab.h"
#include "tokenizer/window.h"

enum overflow { OVERFLOW_ERROR, OVERFLOW_TRUNCATE, OVERFLOW_WINDOW };
#define OVERFLOW_NAMES "error|truncate|window"

struct encoder {
    const struct vocab *vocab;
    size_t most;                            /* pieces of a row, [CLS] and [SEP] included; 0: any number */
    enum overflow overflow;                 /* what to do with more */
    size_t stride;                          /* OVERFLOW_WINDOW: pieces that windows share, below most - 2 */
    bool masks;                             /* write attention_mask and token_type_ids, too */
    size_t cut_records, cut_words;          /* OVERFLOW_TRUNCATE: sentences that were too long; their words without a piece */
    struct windows windows; struct pieces row;
};

/* Declare the fields that encode_write puts. */
void encode_adds(const struct encoder *e, struct filter *filter);
/* Write the sentence's row or rows, with as much of the pieces beside it as there is room for; dies if it is too long for
 * OVERFLOW_ERROR. */
void encode_write(struct encoder *e, struct filter *filter, const struct in_context *sentence);
void encode_free(struct encoder *e);

#endif
