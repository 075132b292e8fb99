/* score: entity-level precision, recall and F1, as the seqeval package computes them (1.2.2), to the last bit.
 * Lenient is its default, which reads tags as conlleval does and knows no scheme; strict is its mode='strict'. */
#ifndef TAGPIPE_SCORE_H
#define TAGPIPE_SCORE_H

#include "scheme.h"
#include "stream.h"

enum { SCHEME_AUTO = -1 };

struct score_options {
    bool strict;
    int scheme;             /* enum scheme, or SCHEME_AUTO: IOB2, IOE2, IOBES or BILOU, from the gold tags; strict only */
    bool suffix;            /* PER-B instead of B-PER */
    double zero_division;   /* what 0/0 is: 0 or 1 */
};

struct scorer;
/* Gold and predicted tags may have inventories of their own: names are compared, never ids. */
struct scorer *scorer_new(const struct score_options *options, const struct inventory *gold, const struct inventory *pred);
void scorer_free(struct scorer *scorer);
/* One sentence of n words; the record is named if a tag does not fit the scheme. */
void scorer_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);

struct prf { double precision, recall, f1; size_t support; };
struct score_type { char *name; size_t gold, pred, correct; struct prf prf; };

struct report {
    size_t n_types; struct score_type *type;        /* sorted by name; those that occur, gold or predicted */
    struct prf micro, macro, weighted;
    double accuracy; size_t n_tags;
};
/* Dies if there was no tag at all. */
struct report *scorer_report(struct scorer *scorer);
void report_free(struct report *report);

/* Precision, recall and F1 of every tag by itself: for parts of speech. type[].name is the tag. */
struct report *scorer_tag_report(struct scorer *scorer);

/* The text that seqeval prints; the same as JSON with the keys that evaluate's seqeval gives. */
void report_print(const struct report *report, int digits);
void report_print_json(const struct report *report);

#endif
