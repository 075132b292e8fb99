/* tagging: one label a word from the logits of its pieces. */
#ifndef TAGPIPE_PREDICT_TAGGING_H
#define TAGPIPE_PREDICT_TAGGING_H

#include "predict/decode.h"
#include "tags/viterbi.h"

enum tagging_unit { TAGGING_WORD, TAGGING_PIECE };
#define TAGGING_UNITS "word|piece"

/* The caller sets the first members, then calls tagging_init. C: labels->n. */
struct tagging {
    const struct label_set *labels; /* of the logits */
    enum tagging_unit unit;         /* TAGGING_PIECE: each piece is a word of its own, [CLS] and [SEP] too */
    enum decode_rule rule;
    int scheme;       /* an enum scheme; -1: by the letters of the labels */
    bool constrained; /* the best sequence that the scheme allows; else the best label of each word */
    double threshold; /* a less probable entity (a tag, if labels are not of the scheme) becomes O */

    int outside;    /* the id of O; -1: none */
    int32_t *after; /* [C] labels_after */
    struct viterbi viterbi;
    bool spans;       /* all labels are tags of the scheme */
    size_t without;   /* words without a piece, in all records so far */
    size_t continued; /* those of them whose tag is not O, because of the word before */
    /* of one sentence */
    size_t n_words;
    struct array_ints pred;          /* [n_words] */
    struct array_floats score;       /* [n_words] the probability of pred; NaN: a word without a piece */
    struct array_floats probability; /* [n_words, C] as the rule makes them from those of the pieces */
    double *weight;
    size_t weight_room; /* [n_words, C] their logarithms, but for a constant of the word */
    bool *has_piece;
    size_t has_piece_room; /* [n_words] */
    bool *unknown;
    size_t unknown_room; /* [n_words] without a piece, and with a word before that it continues */
    struct tag *tag;
    size_t tag_room;
    struct array_floats piece; /* probabilities of a word's pieces */
    struct array_ints word_ids;
    struct array_strs tokens;
    struct array_floats logits;
};

/* Fill in what follows from the first members; dies if the labels do not fit. */
void tagging_init(struct tagging *t);

/* Decide the words (or pieces) of a record from its word_ids and logits. The words are those in `tokens`, or where there is none
 * as many as the word ids tell of. Dies, with the record's name, if the fields do not fit together. */
void tagging_record(struct tagging *t, const struct record *record);

/* Decide the n_words words of a sentence whose n pieces have these word ids (MSG_INT_NIL: none; others below n_words) and finite
 * logits [n, C]. A word without
 * a piece gets the label that continues the word before it (labels_after). The first word gets O, and so do words from n_whole
 * on, whose pieces were cut off; where there is no O the first label, or, constrained, any. Returns the number of words without
 * a piece, or SIZE_MAX: no sequence of the labels keeps to the scheme. */
size_t tagging_words(struct tagging *t, size_t n_words, size_t n_whole, size_t n, const int32_t *word_ids, const float *logits);
void tagging_free(struct tagging *t);

#endif
