/* constrain: the best tag sequence that a scheme allows. The algorithm is Viterbi's (1967), with transitions that are allowed or
 * not; none is learnt. */
#ifndef TAGPIPE_TAGS_VITERBI_H
#define TAGPIPE_TAGS_VITERBI_H

#include "stream/header.h"
#include "tags/scheme.h"

/* Whether `next` may follow `tag` in a sentence; before its first and behind its last word stands an O. A sequence of which all
 * neighbours are allowed is one that scheme_convert calls unbroken. */
bool scheme_allows(enum scheme scheme, struct tag tag, struct tag next);

/* The scheme by the letters of the labels: BILOU if there is an L or U, IOBES if an S, or B and E; IOE2 if an E alone; else
 * IOB2. IOB1 and IOE1 use the same letters and must be said. */
enum scheme scheme_guess(const struct label_set *labels);

struct viterbi {
    size_t n;                       /* labels */
    struct tag *tag;                /* [n] */
    bool *allowed;                  /* [n, n] allowed[a * n + b]: b may follow a */
    bool *first, *last;             /* [n] of a sentence */
    double *best; size_t best_room; /* [2, n] */
    int32_t *back; size_t back_room;
};
/* False, and *misfit the label, if one is no tag of the scheme. */
bool viterbi_init(struct viterbi *c, enum scheme scheme, const struct label_set *labels, const char **misfit);
void viterbi_free(struct viterbi *c);

/* path [n_words]: of all allowed sequences one with the greatest sum of weight[word * n + path[word]]; weights are
 * logarithms, -INFINITY for never. Of equally good ones that whose last word has the lowest label, among these the last but
 * one, and so on. False if no sequence is allowed. */
bool viterbi_best(struct viterbi *c, size_t n_words, const double *weight, int32_t *path);

#endif
