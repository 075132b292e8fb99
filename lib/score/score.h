/* score: entity-level precision, recall and F1, as the seqeval package computes them (1.2.2), to the last bit.
 * Lenient is its default, which reads tags as conlleval does and knows no scheme; strict is its mode='strict'. */
#ifndef TAGPIPE_SCORE_SCORE_H
#define TAGPIPE_SCORE_SCORE_H

#include "tags/scheme.h"
#include "tags/sentence.h"

enum { SCHEME_AUTO = -1 };

struct score_options {
    bool strict;
    int scheme;             /* enum scheme, or SCHEME_AUTO: IOB2, IOE2, IOBES or BILOU, from the gold tags; strict only */
    bool suffix;            /* PER-B instead of B-PER */
    double zero_division;   /* what 0/0 is: 0 or 1 */
    bool tags;              /* every tag by itself, for parts of speech: the types are the tags, and there is no mode */
};

struct scorer;
/* Gold and predicted tags may have inventories of their own: names are compared, never ids. */
struct scorer *scorer_new(const struct score_options *options, const struct label_set *gold, const struct label_set *pred);
void scorer_free(struct scorer *scorer);
/* One sentence of n words; the record is named if a tag does not fit the scheme. */
void scorer_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);

struct prf { double precision, recall, f1; size_t support; };
/* Precision, recall and F1 from counts of entities. */
struct prf score_figures(size_t correct, size_t pred, size_t gold, double zero_division);
struct score_type { char *name; size_t gold, pred, correct; struct prf prf; };

struct report {
    size_t n_types; struct score_type *type;        /* sorted by name; those that occur, gold or predicted */
    struct prf micro, macro, weighted;
    double accuracy; size_t n_tags;
};
/* Dies if there was no tag at all. */
struct report *scorer_report(struct scorer *scorer);
void report_free(struct report *report);

/* The text that seqeval prints; the same as JSON with the keys that evaluate's seqeval gives, but for the last brace. */
void report_text(const struct report *report, struct buffer *to, int digits);
void report_json(const struct report *report, struct buffer *to);
/* "lenient (conlleval's reading)", "strict (IOB2)"; the scheme is known once there is a report. */
void scorer_mode(const struct scorer *scorer, struct buffer *to);

/* ---- sentence by sentence, for what is more than a sum ---- */

/* One sentence with the entities that the mode reads in it, compared (sentence.h). start and end count the scored tags of the
 * sentence; with score_options.tags each of them is an entity. */
struct scored {
    const struct record *record;
    size_t n, n_equal;                          /* scored tags; those where gold and predicted ones have one name */
    struct entities gold, pred;
};
typedef void scored_to(void *data, const struct scored *scored);
/* Give each sentence to to(data, ...) too: while it is added, or, where the scheme is found from the gold tags, when the report is made,
 * from copies of the records. Only before the first sentence. */
void scorer_watch(struct scorer *scorer, scored_to *to, void *data);
/* What an entity's `number` counts: the names of types, or of tags. Valid as long as the scorer. */
char *const *scorer_types(const struct scorer *scorer, size_t *n);

/* The words that scored tags stand for: those of the sentence, or, where the tags are those of pieces, the pieces' words. Set to {0}
 * at first. */
struct scored_words { struct sentence sentence; struct array_sizes word; struct array_ints gold, word_ids; };
/* word->word.data[place of a scored tag] is the number of a word of word->sentence; `field` has the gold tags. Dies if the record has
 * no words, or if they do not fit the tags. */
void scored_words_read(struct scored_words *words, const struct record *record, const char *field);
void scored_words_free(struct scored_words *words);

#endif
