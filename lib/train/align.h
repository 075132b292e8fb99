/* align: labels of words to labels of pieces. */
#ifndef TAGPIPE_TRAIN_ALIGN_H
#define TAGPIPE_TRAIN_ALIGN_H

#include "stream/fields.h"
#include "stream/window_order.h"

/* What a word's later pieces get; its first piece gets its tag. INSIDE: I-X after B-X, else the same tag (the Hugging Face
 * course). FIRST: LABEL_NONE (run_ner.py). ALL: the same tag. */
enum align_rule { ALIGN_INSIDE, ALIGN_FIRST, ALIGN_ALL };
#define ALIGN_RULES "inside|first|all"

struct aligner {
    enum align_rule rule;
    const struct label_set *labels; /* of the words' tags */
    int32_t *inside;                /* [labels->n] the label of later pieces under ALIGN_INSIDE */
    struct array_ints piece;        /* labels of the last record's pieces */
    size_t without;                 /* words without a piece, in all sentences so far */
    /* of the current sentence, which may be several windows */
    struct window_order order;
    int32_t last; /* the word of its last piece so far; MSG_INT_NIL: none */
    size_t begun; /* its words that have a piece so far */
    struct array_ints words, tags;
};

/* `labels` must outlive the aligner. */
struct aligner aligner_new(enum align_rule rule, const struct label_set *labels);
/* Fill a->piece from word_ids and the tags in labels->field. Dies, with the record's name, if these do not fit together. */
void align_record(struct aligner *a, const struct record *record);
/* Dies if the last sentence has not all of its windows. Frees what the aligner holds. */
void aligner_end(struct aligner *a);

/* inside[i] of each label: that of B-X is I-X (M-X), if the label set has it; every other label is its own. By name, never by
 * odd and even ids. `inside` has room for labels->n. */
void align_inside(const struct label_set *labels, int32_t *inside);

/* labels[i] of each of n pieces, from word_ids (MSG_INT_NIL: an added piece, which gets LABEL_NONE) and the tags of the words.
 * `last` is the word of the piece before these (MSG_INT_NIL: none), afterwards that of the last of these: a word may go on in
 * the next window. Returns the number of words that begin here; SIZE_MAX if a word id is out of range. */
size_t align_labels(enum align_rule rule, size_t n, const int32_t *word_ids, size_t n_words, const int32_t *tags,
                    const int32_t *inside, int32_t *last, int32_t *labels);

#endif
