/* view: a stream's records for the eye: words over labels in columns as wide as a terminal shows them. */
#ifndef TAGPIPE_VIEW_VIEW_H
#define TAGPIPE_VIEW_VIEW_H

#include "tags/sentence.h"

enum { STYLE_PLAIN, STYLE_DIM, STYLE_ERROR, STYLE_TYPE };   /* STYLE_TYPE + k: the k-th entity type */

/* Append text as a terminal may show it: control, format and bidirectional characters become \t, \x1b, \u202e; bytes that
 * are no UTF-8 become \xff. Returns the columns that it takes: wide characters two, combining marks none, what Unicode joins
 * to one emoji (with ZWJ, a skin tone, a flag's letters, U+FE0F) two. */
size_t view_clean(struct buffer *to, struct str s);

/* Append a string as JSON; one that is not UTF-8 as a terminal shows it. */
void view_json(struct buffer *to, struct str s);

struct cell { size_t start, size, width; int style; };
/* Rows of equally many cells; set to {0} at first. table_clear keeps the memory. */
struct table {
    struct buffer text; struct cell *cell; size_t n, room, n_columns;
    bool right;                     /* all columns but the first end, not begin, below one another */
};
void table_clear(struct table *table, size_t n_columns);
void table_add(struct table *table, struct str cell, int style);
/* Each column as wide as its widest cell, one blank between, none at a line's end. Columns that do not fit into `width`
 * (0: any number does) follow below in further blocks. */
void table_print(const struct table *table, struct buffer *to, size_t width, bool colour);
void table_free(struct table *table);

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
