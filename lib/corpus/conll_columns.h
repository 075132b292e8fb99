/* conll_columns: which columns, and which comments, become which fields. */
#ifndef TAGPIPE_CORPUS_CONLL_COLUMNS_H
#define TAGPIPE_CORPUS_CONLL_COLUMNS_H

#include <tagpipe/str.h>

enum { CONLL_FIELDS_MAX = 16 };

struct conll_column {
    size_t number;   /* from 1 on; 0: not yet known */
    size_t from_end; /* 1: the last column, 2: the one before it; 0: it is counted from the first one */
    char *name;      /* NULL, or that of the column in a header line, or the key of a comment */
    char *key;       /* NULL, or of "key=value|..." in the column: the value is the label */
    char *field;
};

struct conll_columns {
    size_t n; /* 0: the first row will tell; else column[0] gives the tokens, the others give labels */
    struct conll_column column[CONLL_FIELDS_MAX];
    size_t n_comments;
    struct conll_column comment[CONLL_FIELDS_MAX];
    struct conll_column sentence, doc; /* where its value changes, a sentence or a document begins; `field` NULL: none */
};

/* "1=tokens,4=ner_tags,-1=pred,10.name=ner_tags,#sent_id=id,Word=tokens": column, or column and key, or column from the end,
 * or comment, or name in the header line. Dies (exit 2) on anything else. Without a column the first row still tells what the
 * columns are. */
struct conll_columns conll_columns_parse(const char *text);
/* The same columns, beside the comments that are there. */
void conll_columns_choose(struct conll_columns *columns, const char *text);
/* Whether columns are given by their names in a header line. */
bool conll_columns_have_names(const struct conll_columns *columns);
/* The field for which a column of this name is usually meant ("Word": tokens); NULL: not known. */
const char *conll_columns_usual(struct str name);
/* Take the last column away. */
void conll_columns_drop(struct conll_columns *columns);
void conll_columns_free(struct conll_columns *columns);

#endif
