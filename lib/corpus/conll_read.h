/* conll_read: sentences out of files with a token a line. CoNLL-2003 (Tjong Kim Sang & De Meulder, 2003), token-tag columns,
 * CoNLL-U (https://universaldependencies.org/format.html), CoNLL-2012 (Pradhan et al., 2012), and CSV (RFC 4180). */
#ifndef TAGPIPE_CORPUS_CONLL_READ_H
#define TAGPIPE_CORPUS_CONLL_READ_H

#include "corpus/conll_columns.h"
#include "tags/scheme.h"
#include "text/intern.h"
#include "text/lines.h"

enum { CONLL_CELLS_MAX = 64 };
enum conll_format { CONLL_AUTO, CONLL_COLUMNS, CONLL_U, CONLL_2012, CONLL_CSV };
#define CONLL_FORMATS "auto|columns|conllu|conll2012|csv"
enum conll_comments { CONLL_COMMENTS_AUTO, CONLL_COMMENTS_YES, CONLL_COMMENTS_NO };
#define CONLL_COMMENTS "auto|yes|no"

/* Whether the tags of a field mark entities. The first one that is not O decides, where the name of the field does not. */
enum conll_tags { CONLL_TAGS_OPEN, CONLL_TAGS_ENTITIES, CONLL_TAGS_OTHERS };

/* A value of a comment that is asked for. */
struct conll_comment_value {
    struct buffer text;
    bool is_set;
};

struct conll {
    struct lines *lines;
    enum conll_format format;
    enum conll_comments comments;
    struct conll_columns columns;
    struct conll_comment_value comment[CONLL_FIELDS_MAX]; /* of the current sentence */
    enum conll_tags kind[CONLL_FIELDS_MAX];               /* [field]: whether conll_convert applies */
    bool has_key[CONLL_FIELDS_MAX];                       /* [field]: its key was seen in a row */
    bool is_auto;                                         /* the user did not say what the format is */
    bool guesses_columns;                                 /* nor what the columns are */
    bool is_conll2003;                                    /* four columns, not chosen by the user */
    bool guesses_xpos;                                    /* the last field is CoNLL-U's XPOS, which many files leave empty */

    bool converts;
    enum scheme from, to;
    size_t n_invalid;                  /* entities that are not written as `from` wants */
    size_t n_invalid_as[SCHEMES];      /* [scheme] those that are not written as this scheme wants, after many were found */
    struct scheme_transitions invalid; /* of one field of the current sentence */
    struct tag *parsed, *converted;
    size_t parsed_room, converted_room; /* [token] likewise */
    struct buffer name;                 /* of one tag */
    struct buffer open;                 /* CoNLL-2012: type of the entity that is not yet closed */
    bool is_open;

    size_t doc; /* document of the current sentence, from 0 on */
    bool doc_has_sentences;
    size_t sentences_in_file;
    bool begins_document;                    /* the row that is held */
    struct buffer sentence_value, doc_value; /* of the columns where a new value begins a sentence, a document */
    bool warned_long;

    struct intern tags[CONLL_FIELDS_MAX]; /* [field]: tag names in the order of their first use */
    struct intern raw[CONLL_FIELDS_MAX];  /* the same before their conversion */

    struct conll_places {
        struct conll_place {
            const char *file;
            size_t line;
        } * data;
        size_t n, room;
    } seen_at[CONLL_FIELDS_MAX]; /* [field][number of tags]: its first place */
    bool checked_words, warned_range;
    bool key_is_optional; /* set by the caller: no row needs to have the key of a column */

    /* The first row: what all rows are like. */
    size_t width; /* columns; 0: there was no row */
    bool has_tabs, ends_with_tab, last_is_tag;
    const char *width_file;
    size_t width_line;
    size_t need; /* the last column that is asked for */

    /* The current line, and lines that were read ahead. */
    struct str line;
    const char *file;
    size_t number;
    struct buffer ahead;
    struct conll_line {
        size_t offset, size, number;
        const char *file;
    } * ahead_line;
    size_t n_ahead, ahead_room, next_ahead;
    bool is_from_ahead;
    const char *last_file; /* of the line before */
    bool has_rows;         /* in this file */
    /* CSV */
    char delimiter;       /* 0: no header line was read in this file */
    char given_delimiter; /* by a first line "sep=;" */
    struct buffer unquoted;
    struct buffer record; /* of several lines */

    /* The current row. */
    size_t n_cells; /* may be more than CONLL_CELLS_MAX */
    struct str cell[CONLL_CELLS_MAX];

    /* The current sentence. */
    const char *sentence_file;
    size_t n_tokens;
    struct array_strs tokens;
    struct buffer text;                      /* the tokens point into the text */
    struct array_ints tag[CONLL_FIELDS_MAX]; /* [field][token]: numbers of `tags` */
    struct array_sizes line_number;          /* [token]: its line in the file */
};

/* `paths` as lines_open takes them. `columns` (NULL: none) belong to the result. */
struct conll *conll_open(const char *const *paths, enum conll_format format, const struct conll_columns *columns);
/* Convert the tags of all fields that mark entities. The first invalid transitions are warnings, with file:line. */
void conll_convert(struct conll *conll, enum scheme from, enum scheme to);
/* "; the tags look like iob1", if they break `from` a hundred times as often; else "". */
const char *conll_convert_advice(const struct conll *conll);
/* The next sentence; false at the end. Dies, with file:line, on a row with another number of columns than the first one, on an
 * empty column, on a tag that is not one of the scheme `from`, on a file without a sentence, and on a first row that is no row of
 * a corpus (JSON, CSV, brat). */
bool conll_next(struct conll *conll);
/* Take the field xpos_tags away: nobody asked for it, and it holds nothing. */
void conll_drop_xpos(struct conll *conll);
void conll_close(struct conll *conll);

#endif
