/* html: sentences as one page for a browser, written as they come: no script, no second file, no network. */
#ifndef TAGPIPE_VIEW_HTML_H
#define TAGPIPE_VIEW_HTML_H

#include "text/intern.h"
#include "tags/sentence.h"

struct html_type { uint64_t seen[2], last[ENTITY_ERRORS]; };    /* gold, predicted; the last sentence with each error */

/* Set header, title and the fields at first, the rest to 0. */
struct html {
    const struct header *header;
    const char *title;                              /* any text */
    const char *gold, *pred;                        /* fields; NULL: sentence_gold_field, pred */
    struct intern types; struct html_type *type; size_t n_types, room, styled;
    uint64_t sentences, with_entities, with_errors[ENTITY_ERRORS];     /* [ENTITY_RIGHT]: with any */
    bool any_gold, compared;
    struct sentence sentence; struct buffer clean;
};

/* Append the page's head, one sentence, and the end: counts, legend and filters, which a browser shows on top. */
void html_begin(struct html *html, struct buffer *to);
void html_record(struct html *html, struct buffer *to, const struct record *record);
void html_end(struct html *html, struct buffer *to);
void html_free(struct html *html);

/* ---- between html.c and html_page.c ---- */

/* Text as a terminal would be shown it (printable_add), its & < > and quotes escaped. */
void html_text(struct html *html, struct buffer *to, struct str s);
/* The number of a type; a new one gets a colour by its name, the same on every page. */
size_t html_type(struct html *html, struct str type);
/* Colours and filters of the types from `from` on. */
void html_type_style(const struct html *html, struct buffer *to, size_t from);
void html_add(struct buffer *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
extern const char *const html_error_class[ENTITY_ERRORS], *const html_error_name[ENTITY_ERRORS];

#endif
