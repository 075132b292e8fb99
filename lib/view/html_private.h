/* html_private: what the files of html share. */
#ifndef TAGPIPE_VIEW_HTML_PRIVATE_H
#define TAGPIPE_VIEW_HTML_PRIVATE_H

#include "view/html.h"

/* Append text as a terminal would be shown it (printable.h), with its & < > and quotes escaped. */
void html_text(struct html *html, struct buffer *to, struct str s);
/* The number of a type. A new one is added to the page's types. */
size_t html_type(struct html *html, struct str type);
/* Of an error its class on the page and its name there. The classes are part of the page's links; they stay. */
extern const char *const html_error_class[ENTITY_ERRORS], *const html_error_name[ENTITY_ERRORS];

/* ---- html_style.c ---- */

extern const char html_style[]; /* of every page */
/* Add the types that the header announces. */
void html_style_add_types(struct html *html);
/* Append colours and filters of the types that have none yet. */
void html_style_types(struct html *html, struct buffer *to);

#endif
