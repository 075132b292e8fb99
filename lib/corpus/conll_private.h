/* conll_private: what the files of conll_read share. */
#ifndef TAGPIPE_CORPUS_CONLL_PRIVATE_H
#define TAGPIPE_CORPUS_CONLL_PRIVATE_H

#include "corpus/conll_read.h"
#include "tags/labels.h"

_Noreturn void conll_die(const struct conll *conll, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A row of CoNLL-2003 between two documents. */
static inline bool conll_is_docstart(struct str text)
{
    return str_begins(text, "-DOCSTART-");
}

/* ---- conll_ahead.c: lines ---- */

/* The next line becomes the current one; false at the end. */
bool conll_take_line(struct conll *conll);
/* The current line will come again. */
void conll_hold_line(struct conll *conll);
/* Read on to the first line that is a row without doubt, and see what the rows are like. The current line stays. */
void conll_look_ahead(struct conll *conll);

/* ---- conll_comment.c ---- */

/* Whether the current line is a comment. */
bool conll_is_comment(struct conll *conll);
/* Whether a line says what comments say, so that it is read as one. */
bool conll_comment_says(struct str line);
/* Dies if the current row, which begins with '#' and a blank, is rather a comment, by its last cell. */
void conll_check_hash(const struct conll *conll);
/* CoNLL-U Plus names its columns in a comment. True, if the current line is that. */
bool conll_take_names(struct conll *conll);
/* Whether it begins a document. */
bool conll_begins_document(const struct conll *conll);
/* Keep the values that are asked for. */
void conll_take_comment(struct conll *conll);
/* After a sentence (the next one has values of its own, but for those of documents and paragraphs), at a document, at a file. */
enum conll_forget { CONLL_FORGET_SENTENCE, CONLL_FORGET_DOCUMENT, CONLL_FORGET_ALL };
void conll_forget_comments(struct conll *conll, enum conll_forget what);

/* ---- conll_cut.c ---- */

static inline bool conll_is_blank(char c)
{
    return c == ' ' || c == '\t';
}
struct str conll_trim(struct str text); /* without blanks on both sides */
/* labels_trim; inlined, because most labels need none */
static inline struct str conll_trim_label(struct str label)
{
    bool is_ascii = label.size > 0 && *label.data > ' ' && label.data[label.size - 1] > ' ';
    return is_ascii ? label : labels_trim(label);
}
/* Cut the current line into cells: at tabs, if the rows have tabs or it has one; else at runs of blanks. */
void conll_cut(struct conll *conll);
/* Dies unless there are as many columns as in the first row. */
void conll_check_width(struct conll *conll);

/* ---- conll_layout.c ---- */

/* The current line is the first row: see what the rows are like. Dies if it is no row of a corpus. */
void conll_layout(struct conll *conll);
/* The last column that is asked for, and the fields whose tags are converted. */
void conll_layout_fields(struct conll *conll);
/* Columns that are counted from the last one get their numbers. Dies if one is not there, or is another one, too. */
void conll_count_from_end(struct conll *conll, size_t width);
/* Dies if a column that is asked for is not there. */
void conll_check_columns(const struct conll *conll);

/* ---- conll_door.c ---- */

/* Dies if the current line, the first row of its file, is no row of a corpus. */
void conll_check_door(const struct conll *conll);
/* Dies if the words of the current sentence show that the columns are others than was supposed. */
void conll_check_words(struct conll *conll);
/* Dies on a new label that is another thing; remembers where it was. */
void conll_check_label(struct conll *conll, size_t field, struct str label);
/* At the end: a warning about labels that are not like the others of their field. */
void conll_warn_of_labels(const struct conll *conll);

/* ---- conll_row.c, conll_entity.c, conll_csv.c ---- */

/* Add the current line's token and tags to the sentence. */
void conll_add_row(struct conll *conll);
/* The same for the cells of a row, which were checked. */
void conll_add_cells(struct conll *conll);
/* Whether the cells begin another sentence, or another document, by a column that says so. They do so once: what is held and
 * comes again does not. */
bool conll_begins_anew(struct conll *conll, bool *is_document);
/* CoNLL-2012's "(PER*", "*", "*)", "(PER)" as a tag of IOB2, in conll->name. */
struct str conll_entity(struct conll *conll, struct str cell);
/* A record of CSV in place of the current line; the lines of a quoted value are joined. False: it is the header line of its file,
 * and done with. */
bool conll_csv_record(struct conll *conll);

/* ---- conll_convert.c ---- */

/* Whether a tag will be converted. Dies if it is not one of the scheme `from`, in a field that marks entities. */
bool conll_convert_tag(struct conll *conll, size_t field, struct str tag);
/* Rewrite one field's tags of the sentence in the scheme `to`; the numbers then belong to the new names. */
void conll_convert_field(struct conll *conll, size_t field);

#endif
