/* html: sentences as one page for a browser, written as they come: no script, no second file, no network. */
#ifndef TAGPIPE_VIEW_HTML_H
#define TAGPIPE_VIEW_HTML_H

#include "tags/sentence.h"
#include "text/intern.h"

/* gold, predicted; the last sentence with each error */
struct html_type {
    uint64_t seen[2], last[ENTITY_ERRORS];
};

/* Set header, title and the fields at first, the rest to 0. */
struct html {
    const struct header *header;
    const char *title;       /* any text */
    const char *gold, *pred; /* fields; NULL: sentence_gold_field, pred */
    struct intern types;
    struct html_type *type;
    size_t n_types, room;
    size_t n_styled;                                               /* types that have a style on the page so far */
    uint64_t sentences, with_entities, with_errors[ENTITY_ERRORS]; /* [ENTITY_RIGHT]: with any error */
    bool any_gold, compared;
    struct sentence sentence;
    struct buffer text;
};

/* Append the page's head; then each sentence; then the end: counts, legend and filters, which a browser shows on top. */
void html_begin(struct html *html, struct buffer *to);
/* Dies if the record has neither words nor text. */
void html_record(struct html *html, struct buffer *to, const struct record *record);
void html_end(struct html *html, struct buffer *to);
void html_free(struct html *html);

#endif
