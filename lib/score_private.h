/* score_private: what score.c, score_strict.c and score_report.c share. */
#ifndef TAGPIPE_SCORE_PRIVATE_H
#define TAGPIPE_SCORE_PRIVATE_H

#include "intern.h"
#include "score.h"

struct score_tag { char prefix; uint32_t type, name; };         /* numbers in scorer.types and scorer.names */
struct score_count { size_t gold, pred, correct; };
struct chunk { char prefix; uint32_t type; size_t start; };     /* the last tag, and where the last chunk started */

struct scorer {
    struct score_options options;
    const struct inventory *gold_labels, *pred_labels;
    struct score_tag *gold, *pred;              /* by id */
    struct intern types, names;
    struct score_count *count, *tag_count;      /* by type, by tag name */
    size_t n_tags, equal;
    struct chunk gold_state, pred_state, outside;
    size_t place;                               /* over all sentences, and the O between them */
    struct ints kept_gold, kept_pred;           /* strict, while the scheme is not known */
    struct sizes kept_size;
};

/* name: of the sentence, for messages. */
void strict_add(struct scorer *scorer, const char *name, size_t n, const int32_t *gold, const int32_t *pred);
void strict_keep(struct scorer *scorer, size_t n, const int32_t *gold, const int32_t *pred);
/* Find the scheme from the gold tags that were kept, and count them. */
void strict_run_kept(struct scorer *scorer);

#endif
