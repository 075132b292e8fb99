/* analysis: which errors a tagger makes. Each of these takes sentences from a scorer (score.h) and appends a part of the report, as text
 * (a headline, then a table aligned by display width) or as JSON: a value, without its key. */
#ifndef TAGPIPE_SCORE_ANALYSIS_H
#define TAGPIPE_SCORE_ANALYSIS_H

#include "score/score.h"

/* ---- confusion: gold types against predicted ones ----
 * Entities of the same words, right or of another type, meet in the cell of their types. Two that overlap, each the first that the
 * other overlaps, meet there too if their types differ. What else overlaps something stands under "boundary", what overlaps nothing
 * under "missed" (gold) or "invented" (predicted). So the diagonal is what is right, a row sums up to the gold entities of its
 * type, a column to the predicted ones. Tags have only cells. */
struct confusion;
struct confusion *confusion_new(const struct scorer *scorer, bool tags);
void confusion_add(void *confusion, const struct scored *scored);
void confusion_text(const struct confusion *confusion, struct buffer *to);
/* The table alone, with tabs, for pipelines/plot.sh. */
void confusion_tsv(const struct confusion *confusion, struct buffer *to);
/* {"rows": [gold names], "columns": [predicted names], "counts": [[...], ...]} */
void confusion_json(const struct confusion *confusion, struct buffer *to);
void confusion_free(struct confusion *confusion);

/* ---- errors: how many of each kind (enum entity_error), and examples of them in their sentences ----
 * With tags a kind is a pair of tags, and the n most frequent are shown. The examples of a kind are a uniform sample (Vitter 1985,
 * algorithm R) from Philox (seed, kind, number of the error). */
struct errors;
struct errors *errors_new(const struct scorer *scorer, const char *gold_field, bool tags, size_t n, uint64_t seed, bool json);
void errors_add(void *errors, const struct scored *scored);
void errors_text(struct errors *errors, struct buffer *to);
void errors_json(struct errors *errors, struct buffer *to);
void errors_free(struct errors *errors);

/* ---- seen: entities that a training stream has, against others ----
 * An entity is seen if the training stream has a gold entity of the same words, letter for letter, and the same type. One that is not
 * has words that are entities of other types there, or new ones. Predicted entities are divided likewise, by what they are
 * themselves. */
struct seen;
struct seen *seen_new(const char *gold_field, bool tags, double zero_division);
void seen_learn(void *seen, const struct scored *scored);       /* a sentence of the training stream */
void seen_add(void *seen, const struct scored *scored);
void seen_text(const struct seen *seen, struct buffer *to, int digits);
void seen_json(const struct seen *seen, struct buffer *to);
void seen_free(struct seen *seen);

#endif
