/* score_figures: what a scorer has found: figures of each type, their averages, the accuracy. */
#ifndef TAGPIPE_SCORE_SCORE_FIGURES_H
#define TAGPIPE_SCORE_SCORE_FIGURES_H

#include "score/score.h"

struct score_type {
    char *name;
    size_t gold, pred, correct;
    struct score_prf prf;
};
struct score_figures {
    size_t n_types;
    struct score_type *type; /* sorted by name; those that occur, gold or predicted */
    struct score_prf micro, macro, weighted;
    double accuracy;
    size_t n_tags;
};
/* Of all sentences so far. Dies if there was no tag at all, or if the scheme has to come from gold tags and none fits them. */
struct score_figures *score_figures_new(struct scorer *scorer);
void score_figures_free(struct score_figures *figures);

/* Append the text that seqeval's classification_report gives, with `digits` digits after the point. */
void score_figures_text(const struct score_figures *figures, struct buffer *to, int digits);
/* Append the same as a JSON object with the keys that the package evaluate gives, but without its last brace. */
void score_figures_json(const struct score_figures *figures, struct buffer *to);

#endif
