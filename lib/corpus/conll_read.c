/* conll_read: sentences out of files with a token a line. */
#include <stdlib.h>

#include "corpus/conll_private.h"

struct conll *conll_open(const char *const *paths, enum conll_format format, const struct conll_columns *columns)
{
    struct conll *c = xcalloc(1, sizeof *c);
    if (columns)
        c->columns = *columns;
    if (format != CONLL_CSV && conll_columns_have_names(&c->columns))
        die_usage("columns are given as 1=tokens,4=ner_tags; by name they are given for --format csv");
    c->lines = lines_open(paths, RECORD_SIZE_MAX / 2);
    c->format = format;
    c->is_auto = format == CONLL_AUTO;
    return c;
}

void conll_convert(struct conll *c, enum scheme from, enum scheme to)
{
    c->converts = true;
    c->from = from;
    c->to = to;
}

/* ---- sentences ---- */

static void check_comments(const struct conll *c)
{
    for (size_t i = 0; i < c->columns.n_comments; i++)
        if (!c->comment[i].is_set)
            die("%s:%zu: no comment '# %s' before this sentence, which is asked for (%s)", c->sentence_file,
                c->line_number.data[0], c->columns.comment[i].name, c->columns.comment[i].field);
}

static void warn_of_length(struct conll *c)
{
    enum { LONG_SENTENCE = 1000 };
    if (c->n_tokens <= LONG_SENTENCE || c->warned_long)
        return;
    c->warned_long = true;
    warn("%s:%zu: one sentence of %zu words; are the empty lines missing?", c->sentence_file, c->line_number.data[0],
         c->n_tokens);
}

static bool finish_sentence(struct conll *c)
{
    if (c->n_tokens == 0)
        return false;
    if (c->is_open)
        die("%s:%zu: the entity '%.*s' does not end in its sentence", c->sentence_file, c->line_number.data[c->n_tokens - 1],
            (int)c->open.n, c->open.data);
    const char *text = c->text.data;
    for (size_t i = 0; i < c->n_tokens; i++) {
        c->tokens.data[i].data = text;
        text += c->tokens.data[i].size;
    }
    c->tokens.n = c->n_tokens;
    for (size_t i = 1; i < c->columns.n; i++) {
        c->tag[i].n = c->n_tokens;
        if (c->converts && c->kind[i] != CONLL_TAGS_OTHERS)
            conll_convert_field(c, i);
    }
    check_comments(c);
    conll_check_words(c);
    warn_of_length(c);
    c->sentences_in_file++;
    c->doc_has_sentences = true;
    return true;
}

static void new_document(struct conll *c)
{
    if (c->doc_has_sentences)
        c->doc++;
    c->doc_has_sentences = false;
}

static void check_file(const struct conll *c, const char *name)
{
    if (c->sentences_in_file == 0)
        die("%s: no sentence in it", name);
}

/* The line that ends a sentence may begin something new: it is held for the next call. */
static bool hold(struct conll *c)
{
    conll_hold_line(c);
    return finish_sentence(c);
}

/* ---- lines ---- */

/* The line in hand belongs to a sentence. True: another one ends before it. */
static bool add_row(struct conll *c)
{
    bool is_document;
    if (c->format == CONLL_CSV && !conll_csv_record(c))
        return false;
    if (c->format == CONLL_CSV && c->n_cells == 0) /* an empty row */
        return finish_sentence(c);
    if (c->format == CONLL_CSV && conll_is_docstart(c->cell[c->columns.column[0].number - 1])) {
        if (c->n_tokens > 0)
            return hold(c);
        new_document(c);
        return false;
    }
    if (c->format != CONLL_CSV) {
        if (c->width == 0)
            conll_layout(c);
        conll_cut(c);
        if (!c->has_rows)
            conll_check_door(c);
        c->has_rows = true;
    }
    if ((c->columns.sentence.field || c->columns.doc.field) && conll_begins_anew(c, &is_document)) {
        c->begins_document = is_document;
        if (c->n_tokens > 0)
            return hold(c);
    }
    if (c->begins_document)
        new_document(c);
    c->begins_document = false;
    if (c->format == CONLL_CSV)
        conll_add_cells(c);
    else
        conll_add_row(c);
    return false;
}

static bool take_csv_line(struct conll *c)
{
    bool is_hash = c->line.size > 1 && *c->line.data == '#' && conll_is_blank(c->line.data[1]);
    if (c->line.size == 0)
        return finish_sentence(c);
    if (c->comments != CONLL_COMMENTS_YES || !is_hash)
        return add_row(c);
    conll_take_comment(c);
    return false;
}

/* True: a sentence is finished. */
static bool take_line(struct conll *c)
{
    if (c->format == CONLL_CSV)
        return take_csv_line(c);
    if (conll_trim(c->line).size == 0)
        return finish_sentence(c);
    if (conll_is_docstart(c->line)) {
        if (c->n_tokens > 0)
            return hold(c);
        new_document(c);
        return false;
    }
    if (!conll_is_comment(c))
        return add_row(c);
    if (conll_begins_document(c)) {
        if (c->n_tokens > 0)
            return hold(c);
        if (c->format == CONLL_AUTO && c->line.data[1] == 'b')
            c->format = CONLL_2012;
        new_document(c);
        conll_forget_comments(c, CONLL_FORGET_DOCUMENT);
    }
    if (!conll_take_names(c))
        conll_take_comment(c);
    return false;
}

static void begin_file(struct conll *c)
{
    if (c->last_file)
        check_file(c, c->last_file);
    new_document(c);
    c->sentences_in_file = 0;
    c->last_file = c->file;
    c->delimiter = 0;
    c->has_rows = false;
    conll_forget_comments(c, CONLL_FORGET_ALL);
    c->sentence_value.n = c->doc_value.n = 0;
}

static void check_keys(const struct conll *c)
{
    for (size_t i = 1; i < c->columns.n; i++) {
        const struct conll_column *column = &c->columns.column[i];
        if (column->key && !c->has_key[i] && !c->key_is_optional)
            die("%s: no row has '%s=' in column %zu (%s)", c->last_file, column->key, column->number, column->field);
    }
}

/* A scheme was named, and no field has its tags. */
static void check_converted(const struct conll *c)
{
    bool any = !c->converts;
    for (size_t i = 1; i < c->columns.n; i++)
        any = any || c->kind[i] != CONLL_TAGS_OTHERS;
    if (!any)
        die("%s: no field has tags of %s; see -c", c->last_file, scheme_name(c->from));
}

bool conll_next(struct conll *c)
{
    if (c->n_tokens > 0)
        conll_forget_comments(c, CONLL_FORGET_SENTENCE);
    c->n_tokens = c->text.n = 0;
    while (conll_take_line(c)) {
        if (c->last_file != c->file) {
            if (c->n_tokens > 0)
                return hold(c);
            begin_file(c);
        }
        if (take_line(c))
            return true;
    }
    if (finish_sentence(c))
        return true;
    check_file(c, c->lines->in.name);
    check_keys(c);
    check_converted(c);
    conll_warn_of_labels(c);
    return false;
}

void conll_drop_xpos(struct conll *c)
{
    if (c->guesses_xpos)
        conll_columns_drop(&c->columns);
    c->guesses_xpos = false;
}

void conll_close(struct conll *c)
{
    if (!c)
        return;
    lines_close(c->lines);
    for (size_t i = 0; i < CONLL_FIELDS_MAX; i++) {
        intern_free(&c->tags[i]);
        intern_free(&c->raw[i]);
        free(c->tag[i].data);
        free(c->seen_at[i].data);
        free(c->comment[i].text.data);
    }
    conll_columns_free(&c->columns);
    free(c->invalid.data);
    free(c->tokens.data);
    free(c->line_number.data);
    free(c->text.data);
    free(c->parsed);
    free(c->converted);
    free(c->name.data);
    free(c->open.data);
    free(c->sentence_value.data);
    free(c->doc_value.data);
    free(c->ahead.data);
    free(c->ahead_line);
    free(c->unquoted.data);
    free(c->record.data);
    free(c);
}
