/* tagging: one label a word from the logits of its pieces. */
#ifndef TAGPIPE_PREDICT_TAGGING_H
#define TAGPIPE_PREDICT_TAGGING_H

#include "tags/viterbi.h"
#include "predict/decode.h"

struct tagging {
    const struct label_set *labels;
    enum decode_rule rule;
    enum scheme scheme;
    bool constrained;               /* the best sequence that the scheme allows; else the best label of each word */
    double threshold;               /* an entity (a tag, where labels are no tags of the scheme) less probable becomes O */
    int outside;                    /* the id of O; -1: none */
    struct constraint constraint;
    bool spans;                     /* all labels are tags of the scheme */
    /* of one sentence */
    size_t n_words;
    struct array_floats probability;      /* [n_words, labels] as the rule makes them of the pieces' */
    double *weight; size_t weight_room;     /* [n_words, labels] their logarithms, but for a constant of the word */
    bool *has_piece; size_t has_piece_room;
    struct array_ints pred;               /* [n_words] */
    struct array_floats score;            /* [n_words] the probability of pred; NaN: a word without a piece */
    struct tag *tag; size_t tag_room;
    struct array_floats piece;            /* probabilities of a word's pieces */
};

/* Fill in what follows from labels, rule, scheme, constrained and threshold; dies if the labels do not fit. */
void tagging_init(struct tagging *t);
/* Decide the n_words words of a sentence whose pieces have these word ids (MSG_INT_NIL: none) and logits [n, labels]. A word
 * without a piece gets O; where there is no O the first label, or, constrained, any. Returns the number of those. SIZE_MAX:
 * *bad_word is a word id out of range, or one (below n_words) whose logits are no finite numbers; or it is MSG_INT_NIL, and no
 * sequence of the labels keeps to the scheme. */
size_t tagging_words(struct tagging *t, size_t n_words, size_t n, const int32_t *word_ids, const float *logits,
                     int32_t *bad_word);
void tagging_free(struct tagging *t);

#endif
