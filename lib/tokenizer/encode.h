/* encode: the pieces of a sentence as rows that a model takes: as they are, cut off, or in windows; with context around them. */
#ifndef TAGPIPE_TOKENIZER_ENCODE_H
#define TAGPIPE_TOKENIZER_ENCODE_H

#include "stream/filter.h"
#include "tokenizer/context.h"
#include "tokenizer/vocab.h"
#include "tokenizer/window.h"

/* What to do with a sentence that is too long. */
enum encode_overflow { ENCODE_ERROR, ENCODE_TRUNCATE, ENCODE_WINDOW };
#define ENCODE_OVERFLOWS "error|truncate|window"
#define ENCODE_WAYS "--overflow truncate and --overflow window (-x in the scripts)" /* for messages */

/* What was made, in whole sentences, but rows and their pieces as they were written. */
struct encode_counts {
    size_t sentences, words, unknown; /* words of which a piece is [UNK] */
    size_t pieces, longest, longer;   /* longest: with [CLS] and [SEP], before it was cut; longer: than max_pieces */
};

/* The caller sets the first members, and the others to 0; then it calls encode_begin. */
struct encoder {
    const struct vocab *vocab;
    size_t max_pieces; /* of a row, [CLS] and [SEP] included; 0: any number */
    bool max_is_given; /* by an option, for messages */
    enum encode_overflow overflow;
    size_t stride;         /* ENCODE_WINDOW: pieces that windows share; SIZE_MAX: a quarter of a window */
    size_t context_pieces; /* of the document, on each side of a sentence, at most */
    bool masks;            /* write attention_mask and token_type_ids, too */

    size_t cut_records, cut_words; /* ENCODE_TRUNCATE: sentences that were too long; their words without a piece */
    struct encode_counts counts;
    struct context *context; /* NULL: none is wanted */
    struct windows windows;
    struct pieces row;
    struct buffer least; /* of a sentence that its later windows do not repeat */
};

/* "the model takes", or what else says so. */
const char *encode_limit(const struct encoder *e);
/* Complete and check the settings (exit status 2 if they do not go together), and declare to the filter what it will write. */
void encode_begin(struct encoder *e, struct filter *filter);
/* Write the rows of a sentence, or, where context is wanted, those of the sentences before it whose context is complete now.
 * Dies if a sentence is too long under ENCODE_ERROR, or has a piece that the model has no embedding for. */
void encode_record(struct encoder *e, struct filter *filter, const struct record *record, const struct pieces *pieces);
/* Write the sentences that are left, warn of what was cut, and free what the encoder holds. */
void encode_end(struct encoder *e, struct filter *filter);

#endif
