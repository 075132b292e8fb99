/* html: sentences as one page for a browser, written as they come: no script, no second file, no network. */
#ifndef TAGPIPE_VIEW_HTML_H
#define TAGPIPE_VIEW_HTML_H

#include "score/score_figures.h"
#include "stream/document.h"
#include "tags/sentence.h"
#include "view/palette.h"

/* Of all sentences: gold, predicted, right; of those on the page: [gold, predicted], and the last sentence with each error. */
struct html_type {
    size_t gold, pred, right;
    uint64_t seen[2], last[ENTITY_ERRORS];
};

/* Set header, title and the fields at first, the rest to 0. */
struct html {
    const struct header *header;
    const char *title;       /* any text */
    const char *gold, *pred; /* fields; NULL: sentence_gold_field, pred */
    const char *gold_field;  /* of the last sentence */
    bool sorted;             /* the sentences do not come in their own order */
    struct palette palette;
    struct html_type *type; /* [n_types] palette.types */
    size_t n_types, room;
    size_t n_styled; /* types that have a style on the page so far */
    /* of all sentences: entities by their error, gold and predicted */
    uint64_t read, entities[2][ENTITY_ERRORS];
    /* of those on the page; [ENTITY_RIGHT]: with any error */
    uint64_t sentences, with_entities, with_errors[ENTITY_ERRORS], jumps;
    bool any_gold, compared, by_tag; /* by_tag: the labels are of words (parts of speech), not of entities */
    struct scorer *scorer;           /* NULL: what was predicted are no tags, but entities */
    const struct label_set *scored[2];
    bool mixed; /* not all gold tags are of one field: the scorer has not seen all */
    struct sentence sentence;
    struct buffer text, gaps;
    struct intern ids;
    /* the index, and its last entry, which is still open */
    struct documents documents;
    struct buffer index, section;
    size_t n_sections;
    uint64_t section_sentences, section_errors;
};

/* The page's title, if none was given: the names of the input files, or else of those that the first tool read, as far as the
 * header tells. To be freed. */
char *html_title(const struct header *header, const char *const *paths);
/* Append the page's head; then each sentence; then the end: scores, index, counts and filters, which a browser shows on top. Each
 * sentence that is on the page is counted before, and others can be. Dies if a record has neither words nor text. */
void html_begin(struct html *html, struct buffer *to);
void html_count(struct html *html, const struct record *record);
void html_record(struct html *html, struct buffer *to, const struct record *record);
void html_end(struct html *html, struct buffer *to);
void html_free(struct html *html);

#endif
