/* score: entity-level precision, recall and F1, as the seqeval package computes them (1.2.2), to the last bit. Lenient scoring is
 * the package's default: it reads tags as conlleval does and knows no scheme. Strict scoring is its mode='strict'. */
#ifndef TAGPIPE_SCORE_SCORE_H
#define TAGPIPE_SCORE_SCORE_H

#include "base/buffer.h"
#include "tags/scheme.h"

enum { SCORE_SCHEME_AUTO = -1 };

struct score_options {
    bool strict;
    int scheme;           /* strict only: enum scheme, or SCORE_SCHEME_AUTO: IOB2, IOE2, IOBES or BILOU, from the gold tags */
    bool suffix;          /* PER-B instead of B-PER */
    double zero_division; /* what 0/0 is: 0 or 1 */
    bool tags;            /* every tag by itself, for parts of speech: the types are the tags, and there is no mode */
};

struct scorer;
/* Gold and predicted tags may have different label sets: names are compared, never ids. The label sets are used until the end. */
struct scorer *scorer_new(const struct score_options *options, const struct label_set *gold, const struct label_set *pred);
void scorer_free(struct scorer *scorer);
/* One sentence of n words. Dies, with the record's name, if a tag does not fit the scheme. */
void scorer_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);
/* Append "lenient (conlleval's reading)", "strict (IOB2)". A scheme that comes from the gold tags is known once there are
 * figures (score_figures.h). */
void scorer_mode(const struct scorer *scorer, struct buffer *to);
/* The names of the types, or of the tags; valid as long as the scorer. */
char *const *scorer_types(const struct scorer *scorer, size_t *n);

struct score_prf {
    double precision, recall, f1;
    size_t support;
};
/* From counts of entities. */
struct score_prf score_prf(size_t correct, size_t pred, size_t gold, double zero_division);

#endif
