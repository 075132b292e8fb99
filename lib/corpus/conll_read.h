/* conll_read: sentences out of files with a token a line. CoNLL-2003 (Tjong Kim Sang & De Meulder, 2003), token-tag columns,
 * CoNLL-U (https://universaldependencies.org/format.html). */
#ifndef TAGPIPE_CORPUS_CONLL_READ_H
#define TAGPIPE_CORPUS_CONLL_READ_H

#include "tags/scheme.h"
#include "text/intern.h"
#include "text/lines.h"

enum { CONLL_FIELDS_MAX = 16 };
enum conll_format { CONLL_AUTO, CONLL_COLUMNS, CONLL_U };

/* Which columns (from 1 on) make which fields; field 0 is "tokens". */
struct conll_columns {
    size_t n;
    size_t column[CONLL_FIELDS_MAX];
    char *field[CONLL_FIELDS_MAX];
};
/* "1=tokens,4=ner_tags"; dies (exit 2) on anything else. */
struct conll_columns conll_columns_parse(const char *text);

struct conll {
    struct lines *lines;
    enum conll_format format;
    struct conll_columns columns;   /* n is 0 until the first row shows how many there are */
    size_t need;                    /* the last column that is asked for; 0 until the first row */
    bool is_span[CONLL_FIELDS_MAX]; /* [field]: its tags mark entities, so conll_convert applies */
    bool is_conll2003;              /* four columns, not chosen by the user */
    bool guesses_xpos;              /* the last field is CoNLL-U's XPOS, which many files leave empty */
    bool converts;
    enum scheme from, to;
    size_t n_invalid;                  /* entities that are not written as `from` wants */
    struct scheme_transitions invalid; /* of one field of the current sentence */
    struct tag *parsed, *converted;
    size_t parsed_room, converted_room; /* [token] likewise */
    struct buffer name;                 /* of one tag */
    size_t doc;                         /* document of the current sentence, from 0 on */
    bool doc_has_sentences;
    size_t sentences_in_file;
    struct intern tags[CONLL_FIELDS_MAX]; /* [field]: tag names in the order of their first use */
    struct intern raw[CONLL_FIELDS_MAX];  /* the same before their conversion */
    const char *file;                     /* of the last line */
    struct str held;
    bool holds; /* a line to be looked at again */
    /* the current sentence */
    size_t n_tokens;
    struct array_strs tokens;
    struct buffer text;                      /* the tokens point into the text */
    struct array_ints tag[CONLL_FIELDS_MAX]; /* [field][token]: numbers of `tags` */
    struct array_sizes line;                 /* [token]: its line in the file */
};

/* `paths` as lines_open takes them. The names in `columns` (NULL: none) belong to the result. */
struct conll *conll_open(const char *const *paths, enum conll_format format, const struct conll_columns *columns);
/* Convert the tags of chunk_tags and ner_tags. Each invalid transition is a warning, with file:line. */
void conll_convert(struct conll *conll, enum scheme from, enum scheme to);
/* The next sentence; false at the end. Dies, with file:line, on a row with too few columns, on a tag that is not one of the
 * scheme `from`, and on a file without a sentence. */
bool conll_next(struct conll *conll);
/* Take the field xpos_tags away: nobody asked for it, and it holds nothing. */
void conll_drop_xpos(struct conll *conll);
void conll_close(struct conll *conll);

#endif
