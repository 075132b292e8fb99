/* score_private: what the files of the scorer share. */
#ifndef TAGPIPE_SCORE_SCORE_PRIVATE_H
#define TAGPIPE_SCORE_SCORE_PRIVATE_H

#include "score/score.h"
#include "text/intern.h"

/* A label taken apart: its prefix, that letter's index in SCORE_LETTERS, and its numbers in scorer.types and scorer.names. */
struct score_tag {
    char prefix;
    uint8_t letter;
    uint32_t type, name;
};
struct score_count {
    size_t gold, pred, correct;
};
/* Lenient: the last tag, and where the last chunk started. */
struct score_chunk {
    char prefix;
    uint32_t type;
    size_t start;
};

#define SCORE_LETTERS "OIBESLUM"
enum { SCORE_OUTSIDE = 0, SCORE_NO_LETTER = 8 };
struct score_span {
    size_t start, end;
    uint32_t type;
};
/* Where a label came first, for messages: record's name (NULL: it never came) and number, and the word, counted from 1. */
struct score_first_use {
    char *record;
    uint64_t number;
    size_t word;
};

struct scorer {
    struct score_options options;
    const struct label_set *gold_labels, *pred_labels;
    struct score_tag *gold, *pred; /* [label] */
    struct intern types, names;
    struct score_count *count, *tag_count; /* by type, by tag name */
    size_t n_tags, n_equal;
    /* lenient */
    struct score_chunk gold_state, pred_state, outside;
    bool has_middle; /* some label has the letter M */
    size_t n_odd;    /* tags with M that the package reads in another way than those with I */
    size_t position; /* over all sentences, and the O between them */
    /* strict: what may happen between two neighbours, [letter][letter][same type], and work space of one sentence */
    bool has_rules;
    uint8_t rule[SCORE_NO_LETTER + 1][SCORE_NO_LETTER + 1][2], allowed;
    struct score_tag *sentence;
    struct score_span *span;
    size_t sentence_room, span_room;
    size_t n_gold, n_pred; /* of the last sentence of n words: span[0, n_gold), span[n, n + n_pred) */
    /* strict, while the scheme is not known */
    struct array_ints kept_gold, kept_pred;
    struct array_sizes kept_size;
    struct score_first_use *gold_first, *pred_first; /* [label] */
    struct score_watch *watch;                       /* NULL: nobody watches */
};

/* ---- score_tags.c ---- */

/* A tag for each label; new types and names are added to the scorer's. */
struct score_tag *score_tags_new(struct scorer *scorer, const struct label_set *labels);

/* ---- score_lenient.c ---- */

void score_lenient_add(struct scorer *scorer, size_t n, const int32_t *gold, const int32_t *pred);
/* Whether the chunk of the last tag ends before the next tag, and whether one starts with it. */
bool score_lenient_ends(const struct score_chunk *last, char prefix, uint32_t type);
bool score_lenient_starts(const struct score_chunk *last, char prefix, uint32_t type);

/* ---- score_strict.c ---- */

/* record: NULL where all tags are known to fit the scheme. all_right: gold and predicted tags are known to be the same. */
void score_strict_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred,
                      bool all_right);
void score_strict_make_rules(struct scorer *scorer);
bool score_strict_allows(const struct scorer *scorer, const struct score_tag *tag);
const char *score_strict_scheme_name(int scheme);

/* ---- score_scheme.c ---- */

void score_scheme_keep(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);
/* Find the scheme from the gold tags that were kept, and count them. */
void score_scheme_run_kept(struct scorer *scorer);
void score_scheme_free(struct scorer *scorer);

/* ---- score_watch.c ---- */

void score_watch_add(struct scorer *scorer, const struct record *record, size_t n, const int32_t *gold, const int32_t *pred);
/* Keep a copy of the record; the i-th one that was kept, valid until the next call. */
void score_watch_keep(struct score_watch *watch, const struct record *record);
const struct record *score_watch_kept(struct score_watch *watch, size_t i);
void score_watch_free(struct score_watch *watch);

#endif
