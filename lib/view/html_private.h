/* html_private: what the files of html share. */
#ifndef TAGPIPE_VIEW_HTML_PRIVATE_H
#define TAGPIPE_VIEW_HTML_PRIVATE_H

#include "text/utf8.h"
#include "view/html.h"

/* ---- html.c ---- */

/* The number of a type. A new one is added to the page's types. */
size_t html_type(struct html *html, struct str type);
/* Of an error its class on the page and its name there. The classes are part of the page's links; they stay. */
extern const char *const html_error_class[ENTITY_ERRORS];
const char *html_error_name(const struct html *html, int error);

/* ---- html_gaps.c ---- */

/* In html->gaps, for each byte of the text. */
enum { HTML_GAP_NONE, HTML_GAP_DROPPED, HTML_GAP_UNBROKEN };
/* Find the blanks of the sentence that are not shown, or at which no line ends. To be called before its text is added. */
void html_gaps(struct html *html, const struct sentence *s);
/* Whether a line may end between the characters before and at this byte; a blank is one of them. */
bool html_may_break(const struct html *html, struct str text, size_t at);

static inline bool html_is_blank(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}
/* The character that begins at a byte, 0 at the end; where the one before it begins. */
static inline uint32_t html_char_at(struct str text, size_t at)
{
    uint32_t code = 0;
    if (at < text.size)
        utf8_decode(text.data + at, &code);
    return code;
}
static inline size_t html_char_before(struct str text, size_t at)
{
    while (at > 0 && ((unsigned char)text.data[--at] & 0xc0) == 0x80)
        ;
    return at;
}

/* ---- html_text.c ---- */

/* Append text as a terminal would be shown it (printable.h), with its & < > and quotes escaped. */
void html_text(struct html *html, struct buffer *to, struct str s);
/* A part of a sentence: a paragraph. Of each side's entities [first, last). */
struct html_part {
    bool begun;
    size_t from, to, first[2], last[2];
};
/* The next paragraph of the sentence; `part` is {0} at first. False at the end. */
bool html_next_part(const struct sentence *s, struct html_part *part);
/* Append a paragraph with the entities of one side, 0: gold, 1: predicted. `anchor`: its id and number; NULL: none. */
void html_running(struct html *html, struct buffer *to, const struct sentence *s, const struct html_part *part, int side,
                  const char *anchor);
/* Append the beginning of a paragraph, without its entities. */
void html_snippet(struct html *html, struct buffer *to, const struct sentence *s, const struct html_part *part);

/* ---- html_score.c ---- */

/* Count the entities of html->sentence, of which the tags are of these fields. */
void html_score_add(struct html *html, const struct record *record, const char *gold, const char *pred);
/* Append counts and scores of all sentences. */
void html_score(struct html *html, struct buffer *to);

/* ---- html_index.c ---- */

/* An entry of the index: what follows, up to the next one. */
void html_section(struct html *html, const char *anchor, const struct sentence *s, const struct html_part *part);
/* Append the index, if it has more than one entry. */
void html_index(struct html *html, struct buffer *to);

/* ---- html_style.c ---- */

extern const char html_style[]; /* of every page */
/* Append looks and filters of the types that have none yet. */
void html_style_types(struct html *html, struct buffer *to);

#endif
