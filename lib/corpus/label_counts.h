/* label_counts: how often each label of a field comes, to tell tags from words. */
#ifndef TAGPIPE_CORPUS_LABEL_COUNTS_H
#define TAGPIPE_CORPUS_LABEL_COUNTS_H

#include <tagpipe/array.h>

#include "tags/labels.h"

/* Set to {0} at first. */
struct label_counts {
    struct array_sizes count; /* [label] */
    size_t n_words;
};
void label_counts_add(struct label_counts *counts, size_t label);
/* Whether these are rather words, lemmas or numbers: more than a hundred labels, more than a hundredth of the words, and the
 * hundred most frequent ones are less than three quarters of all. The hundred most frequent words are half of a text, at most 73
 * of 100 in 300 words; the hundred most frequent of hundreds of morphological tags are 90 of 100. */
bool label_counts_are_words(const struct label_counts *counts);
/* If so, and the labels are not tags of entities, a warning that says what to do. */
void label_counts_warn(const struct label_counts *counts, const struct label_set *labels, const char *advice);
void label_counts_free(struct label_counts *counts);

#endif
