/* view: a stream's records for the eye: words over labels in columns as wide as a terminal shows them. */
#ifndef TAGPIPE_VIEW_VIEW_H
#define TAGPIPE_VIEW_VIEW_H

#include "tags/sentence.h"
#include "text/table.h"

struct view {
    const struct header *header;
    const char *const *field;       /* tag fields to show, ended by NULL; NULL: gold, then pred, where they are */
    bool pieces, colour;
    size_t width;                   /* of the terminal; 0: lines of any length */
    struct table table;
    struct sentence sentence; struct buffer json;
};
/* Append one record; dies if its rows do not fit one another. */
void view_record(struct view *view, struct buffer *to, const struct record *record);
void view_free(struct view *view);

/* Which records are shown: all conditions that are set must hold. */
enum { ONLY_ALL, ONLY_ERRORS, ONLY_ENTITIES };
struct choice {
    const char *id, *pattern;       /* NULL: any; an extended regular expression (POSIX) over the text, or the words with blanks */
    int only;                       /* where gold and predicted entities differ; where there is any */
    bool tags;                      /* tags that differ are errors, too, if the entities are the same */
    const char *gold, *pred;        /* the fields that are compared; NULL: sentence_gold_field, pred */
    const struct header *header; struct sentence sentence; struct buffer text; void *regex;
};
/* Dies if the pattern is none, or if the header rules out that anything is chosen. */
void choice_start(struct choice *choice, const struct header *header);
bool choice_has(struct choice *choice, const struct record *record);
void choice_end(struct choice *choice);

/* What a whole stream holds. */
struct summary { uint64_t records, words, pieces; };
void summary_add(struct summary *summary, const struct record *record);
void summary_print(const struct summary *summary, const struct header *header, struct buffer *to);

#endif
