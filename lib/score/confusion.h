/* confusion: gold types against predicted ones.  The kinds are those of entities_compare (tags/entities.h), as in errors.h:
 * entities of the same words, right or of another type, meet in the cell of their types. What only overlaps something counts
 * as "boundary", what overlaps nothing is "missed" (gold) or "spurious" (predicted). So the diagonal is what is right, a row
 * adds up to the gold entities of its type, a column to the predicted ones. Tags have only cells. */
#ifndef TAGPIPE_SCORE_CONFUSION_H
#define TAGPIPE_SCORE_CONFUSION_H

#include "score/score_watch.h"

struct confusion;
struct confusion *confusion_new(const struct scorer *scorer, bool tags);
void confusion_add(void *confusion, const struct score_sentence *sentence); /* a score_watcher */
/* Append a headline and the table, aligned by display width. */
void confusion_text(const struct confusion *confusion, struct buffer *to);
/* The table alone, with tabs, for pipelines/plot.sh. Here and in JSON the row "spurious" keeps the key that it had in version
 * 0.1, "invented". */
void confusion_tsv(const struct confusion *confusion, struct buffer *to);
/* {"rows": [gold names], "columns": [predicted names], "counts": [[...], ...]} */
void confusion_json(const struct confusion *confusion, struct buffer *to);
void confusion_free(struct confusion *confusion);

#endif
