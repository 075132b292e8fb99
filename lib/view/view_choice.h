/* view_choice: which records are shown: all conditions that are set must hold. */
#ifndef TAGPIPE_VIEW_VIEW_CHOICE_H
#define TAGPIPE_VIEW_VIEW_CHOICE_H

#include "tags/sentence.h"

enum { VIEW_ONLY_ALL, VIEW_ONLY_ERRORS, VIEW_ONLY_ENTITIES };
/* Set the conditions at first, the rest to 0. */
struct view_choice {
    const char *id, *pattern; /* NULL: any; an extended regular expression (POSIX) for the text, or the words with blanks */
    int only;                 /* where gold and predicted entities differ; where there is any */
    bool tags;                /* tags that differ are errors, too, if the entities are the same */
    const char *gold, *pred;  /* the fields that are compared; NULL: sentence_gold_field, pred */
    const struct header *header;
    struct sentence sentence;
    struct buffer text;
    void *regex;
};
/* Dies if the pattern is not a regular expression, or if the header rules out that anything is chosen. */
void view_choice_start(struct view_choice *choice, const struct header *header);
/* Whether the record is one of those that are looked at: by its id, and by the pattern. Dies if a condition needs a sentence and
 * the record is none. */
bool view_choice_finds(struct view_choice *choice, const struct record *record);
/* Whether such a record has what `only` wants. */
bool view_choice_wants(struct view_choice *choice, const struct record *record);
/* No record was chosen: dies if it was asked for by its id, else warns. */
void view_choice_none(const struct view_choice *choice);
void view_choice_end(struct view_choice *choice);

#endif
