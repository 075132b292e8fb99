/* conll_read: sentences out of files with a token a line. */
#include "corpus/conll_private.h"

#include <stdlib.h>

struct conll *conll_open(const char *const *paths, enum conll_format format, const struct conll_columns *columns)
{
    struct conll *c = xcalloc(1, sizeof *c);
    c->lines = lines_open(paths, RECORD_SIZE_MAX / 2);
    c->format = format;
    if (columns)
        c->columns = *columns;
    return c;
}

void conll_convert(struct conll *c, enum scheme from, enum scheme to)
{
    c->converts = true;
    c->from = from;
    c->to = to;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct str trim_end(struct str s)
{
    while (s.size > 0 && (is_blank(s.data[s.size - 1]) || s.data[s.size - 1] == '\r'))
        s.size--;
    return s;
}

static bool finish_sentence(struct conll *c)
{
    if (c->n_tokens == 0)
        return false;
    const char *text = c->text.data;
    for (size_t i = 0; i < c->n_tokens; i++) {
        c->tokens.data[i].data = text;
        text += c->tokens.data[i].size;
    }
    c->tokens.n = c->n_tokens;
    for (size_t i = 1; i < c->columns.n; i++) {
        c->tag[i].n = c->n_tokens;
        if (c->converts && c->is_span[i])
            conll_convert_field(c, i);
    }
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

static bool starts_with(struct str s, const char *text)
{
    return s.size >= strlen(text) && s.data[0] == text[0] && memcmp(s.data, text, strlen(text)) == 0;
}

/* Only CoNLL-U has comments; elsewhere '#' is a token like any other. */
static bool is_comment(const struct conll *c, struct str line)
{
    if (line.data[0] != '#' || c->format == CONLL_COLUMNS)
        return false;
    if (c->format == CONLL_U || starts_with(line, "# newdoc") || starts_with(line, "# newpar"))
        return true;
    for (size_t i = 2; i + 3 <= line.size; i++) /* "# title = ..." before the first row tells the format */
        if (memcmp(line.data + i, " = ", 3) == 0)
            return starts_with(line, "# ");
    return false;
}

static void check_file(const struct conll *c, const char *name)
{
    if (c->sentences_in_file == 0)
        die("%s: no sentence in it", name);
}

/* The line that ends a sentence may begin something new: it is held back for the next call. */
static bool hold(struct conll *c, struct str line)
{
    c->held = line;
    c->holds = true;
    return finish_sentence(c);
}

bool conll_next(struct conll *c)
{
    c->n_tokens = c->text.n = 0;
    for (;;) {
        struct str line = c->held;
        if (!c->holds && !lines_next(c->lines, &line))
            break;
        c->holds = false;
        line = trim_end(line);
        if (c->file && c->file != c->lines->in.name) {
            if (c->n_tokens > 0)
                return hold(c, line);
            check_file(c, c->file);
            new_document(c);
            c->sentences_in_file = 0;
        }
        c->file = c->lines->in.name;
        if (line.size == 0) {
            if (finish_sentence(c))
                return true;
        } else if (starts_with(line, "-DOCSTART-")) {
            if (c->n_tokens > 0)
                return hold(c, line);
            new_document(c);
        } else if (is_comment(c, line)) {
            if (starts_with(line, "# newdoc"))
                new_document(c);
        } else
            conll_add_row(c, line);
    }
    if (finish_sentence(c))
        return true;
    check_file(c, c->lines->in.name);
    return false;
}

void conll_drop_xpos(struct conll *c)
{
    if (c->guesses_xpos)
        c->columns.n--;
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
        free(c->columns.field[i]);
    }
    free(c->invalid.data);
    free(c->tokens.data);
    free(c->line.data);
    free(c->text.data);
    free(c->parsed);
    free(c->converted);
    free(c->name.data);
    free(c);
}
