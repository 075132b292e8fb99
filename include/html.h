/* html: sentences as one page for a browser, written as they come: no script, no second file, no network. */
#ifndef TAGPIPE_HTML_H
#define TAGPIPE_HTML_H

#include "intern.h"
#include "sentence.h"

struct html_type { uint64_t seen[2], last[MENTION_ERRORS]; };    /* gold, predicted; the last sentence with each error */

/* Set header, title and the fields at first, the rest to 0. */
struct html {
    const struct header *header;
    const char *title;                              /* any text */
    const char *gold, *pred;                        /* fields; NULL: sentence_gold_field, pred */
    struct intern types; struct html_type *type; size_t n_types, room, styled;
    uint64_t sentences, with_entities, with_errors[MENTION_ERRORS];     /* [MENTION_RIGHT]: with any */
    bool any_gold, compared;
    struct sentence sentence; struct text clean;
};

/* Append the page's head, one sentence, and the end: counts, legend and filters, which a browser shows on top. */
void html_begin(struct html *html, struct text *to);
void html_record(struct html *html, struct text *to, const struct record *record);
void html_end(struct html *html, struct text *to);
void html_free(struct html *html);

/* ---- between html.c and html_page.c ---- */

/* Text as a terminal would be shown it (view_clean), its & < > and quotes escaped. */
void html_text(struct html *html, struct text *to, struct str s);
/* The number of a type; a new one gets a colour by its name, the same on every page. */
size_t html_type(struct html *html, struct str type);
/* Colours and filters of the types from `from` on. */
void html_type_style(const struct html *html, struct text *to, size_t from);
void html_add(struct text *to, const char *format, ...) __attribute__((format(printf, 2, 3)));
extern const char *const html_error_class[MENTION_ERRORS], *const html_error_name[MENTION_ERRORS];

#endif
