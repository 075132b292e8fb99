/* score_private: what score.c, score_strict.c, score_watch.c and score_report.c share. */
#ifndef TAGPIPE_SCORE_SCORE_PRIVATE_H
#define TAGPIPE_SCORE_SCORE_PRIVATE_H

#include "text/intern.h"
#include "score/score.h"

/* Its letter, that letter's place in SCORE_LETTERS, and numbers in scorer.types and scorer.names. */
struct score_tag { char prefix; uint8_t letter; uint32_t type, name; };
struct score_count { size_t gold, pred, correct; };
struct chunk { char prefix; uint32_t type; size_t start; };     /* the last tag, and where the last chunk started */

#define SCORE_LETTERS "OIBESLU"
enum { SCORE_OUTSIDE = 0, SCORE_NO_LETTER = 7 };
struct span { size_t start, end; uint32_t type; };
/* Where a label came first, for messages; the name is NULL if it never came. */
struct first_use { char *record; uint64_t number; size_t word; };

struct scorer {
    struct score_options options;
    const struct label_set *gold_labels, *pred_labels;
    struct score_tag *gold, *pred;              /* by id */
    struct intern types, names;
    struct score_count *count, *tag_count;      /* by type, by tag name */
    size_t n_tags, equal;
    struct chunk gold_state, pred_state, outside;
    size_t place;                               /* over all sentences, and the O between them */
    /* strict: what may happen between two neighbours, [letter][letter][same type], and work space of one sentence */
    bool has_rules; uint8_t rule[8][8][2], allowed;
    struct score_tag *sentence; struct span *span; size_t sentence_room, span_room;
    size_t n_gold, n_pred;                      /* of the last sentence: span[0..n_gold), span[n..n + n_pred) */
    /* strict, while the scheme is not known */
    struct array_ints kept_gold, kept_pred; struct array_sizes kept_size;
    struct first_use *gold_first, *pred_first;  /* [label] */
    struct watch *watch;                        /* NULL: nobody */
};

/* record: NULL where all tags are known to fit the scheme. all_right: gold and predicted tags are known to be the same. */
void strict_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred,
                bool all_right);
void strict_keep(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);
/* Find the scheme from the gold tags that were kept, and count them. */
void strict_run_kept(struct scorer *scorer);

/* Whether a chunk that the last tag was in ends before the next, and whether one starts with it. */
bool chunk_ends(const struct chunk *last, char prefix, uint32_t type);
bool chunk_starts(const struct chunk *last, char prefix, uint32_t type);

void watch_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);
/* Keep a copy of the record, and give it back: the i-th. */
void watch_keep(struct watch *watch, const struct record *record);
const struct record *watch_kept(struct watch *watch, size_t i);
void watch_free(struct watch *watch);

#endif
