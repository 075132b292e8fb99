/* viterbi: the best tag sequence that a scheme allows: Viterbi's algorithm (1967) with transitions that are allowed or not;
 * none of them is learnt. */
#ifndef TAGPIPE_TAGS_VITERBI_H
#define TAGPIPE_TAGS_VITERBI_H

#include "tags/scheme.h"

struct viterbi {
    size_t n; /* labels */
    enum scheme scheme;
    const struct label_set *labels;
    struct tag *tag;    /* [n] */
    bool *allowed;      /* [n, n] allowed[a * n + b]: b may follow a */
    bool *follows;      /* [n, n] likewise, if nothing is known of the word of b: the label that continues a, if it is allowed */
    bool *first, *last; /* [n] it may be a sentence's first, last */
    double *best;
    size_t best_room; /* [2, n] */
    int32_t *back;
    size_t back_room;
};
/* False, and *misfit the label, if one is not a tag of the scheme. `labels` must outlive it. */
bool viterbi_init(struct viterbi *viterbi, enum scheme scheme, const struct label_set *labels, const char **misfit);
/* What may follow what; it takes the square of the number of labels. Call it before viterbi_best. */
void viterbi_transitions(struct viterbi *viterbi);
void viterbi_free(struct viterbi *viterbi);

/* path [n_words]: of all allowed sequences one with the greatest sum of weight[word * n + path[word]]; weights are
 * logarithms, -INFINITY for never. unknown [n_words] (NULL: none): words of which nothing is known; each continues the label
 * before it (labels_after), if the scheme allows that. Of equally good sequences one whose last word has the lowest label, among
 * these the last but one, and so on. False if no sequence is allowed. */
bool viterbi_best(struct viterbi *viterbi, size_t n_words, const double *weight, const bool *unknown, int32_t *path);

#endif
