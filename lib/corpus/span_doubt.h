/* span_doubt: signs that the numbers of spans count something else than they were taken for: ends inside of words, and numbers
 * that fit the words beside the text. */
#ifndef TAGPIPE_CORPUS_SPAN_DOUBT_H
#define TAGPIPE_CORPUS_SPAN_DOUBT_H

#include "corpus/span.h"
#include "stream/record.h"
#include "text/lines.h"

/* Of all records so far. Set to {0} at first; free(x.words) at the end. */
struct span_doubts {
    size_t spans, cut;        /* all, and those with an end inside of a word */
    size_t unproved;          /* of these, without a text of their own that shows them to be right */
    size_t fit_words, beyond; /* records with words beside the text: no span ends after the last word; one does */
    char *words;              /* the field of the first one */
    const char *file;         /* where the first span cuts a word; NULL: none does */
    size_t line, record;
    char example[100];
};

/* Look at the spans of a record (none: it has no fields), as span_check leaves them. */
void span_doubt_add(struct span_doubts *doubts, const struct record *record, const struct span_text *text,
                    const struct spans *spans, const struct lines *lines);
/* Say how many spans cut words. If the numbers fit words in all records that have them, dies unless `is_told`: the user has said
 * what they count. */
void span_doubt_report(const struct span_doubts *doubts, bool is_told);

#endif
