/* align: labels of words to labels of pieces. */
#ifndef TAGPIPE_TRAIN_ALIGN_H
#define TAGPIPE_TRAIN_ALIGN_H

#include "stream/fields.h"
#include "stream/filter.h"

enum align_rule { ALIGN_INSIDE, ALIGN_FIRST, ALIGN_ALL };

/* For each label the one that later pieces of its word get: that of B-X is I-X, if the inventory has it; every other is its
 * own. By name, never by odd and even ids. `inside` has labels->n. */
void align_inside(const struct label_set *labels, int32_t *inside);

/* labels[i] of each piece from word_ids (MSG_INT_NIL for added pieces) and the words' tags. ALIGN_INSIDE: the first piece gets the
 * tag, later ones inside[tag] (the Hugging Face course). ALIGN_FIRST: later ones LABEL_NONE (run_ner.py). ALIGN_ALL: all the
 * tag. `last` is the word of the last piece before these in the sentence (MSG_INT_NIL: none), and then that of the last of these:
 * a word may go on in the next window. Returns the number of words that begin here; SIZE_MAX if a word id is out of range. */
size_t align_labels(enum align_rule rule, size_t n_pieces, const int32_t *word_ids, size_t n_words, const int32_t *tags,
                    const int32_t *inside, int32_t *last, int32_t *labels);

#endif
