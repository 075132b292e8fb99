/* conll: sentences out of files with a token a line. */
#include "corpus/conll_read.h"

#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"

struct columns columns_parse(const char *text)
{
    struct columns c = {.n = 1, .field = {xstrdup("tokens")}};
    for (const char *at = text; *at; ) {
        char *equals;
        unsigned long number = strtoul(at, &equals, 10);
        size_t size = *equals == '=' ? strcspn(equals + 1, ",") : 0;
        if (equals == at || *at == '-' || number == 0 || number > 1000 || size == 0)
            die_usage("columns are given as 1=tokens,4=ner_tags, not '%s'", text);
        if (size == 6 && strncmp(equals + 1, "tokens", 6) == 0)
            c.column[0] = number;
        else {
            if (c.n == CONLL_FIELDS_MAX)
                die_usage("more than %d columns", CONLL_FIELDS_MAX);
            c.column[c.n] = number;
            c.field[c.n++] = xstrndup(equals + 1, size);
        }
        at = equals + 1 + size + (equals[1 + size] == ',');
    }
    if (c.column[0] == 0)
        die_usage("no column is named tokens in '%s'", text);
    for (size_t i = 0; i < c.n; i++)
        for (size_t k = i + 1; k < c.n; k++)
            if (strcmp(c.field[i], c.field[k]) == 0)
                die_usage("two columns are named %s", c.field[i]);
    return c;
}

struct conll *conll_open(const char *const *paths, enum conll_format format, const struct columns *columns)
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

/* Cut a row at tabs if it has one, else at runs of blanks. Returns the number of columns; the first `most` are stored. */
static size_t split(struct str row, size_t most, struct str *column)
{
    char separator = memchr(row.data, '\t', row.size) ? '\t' : ' ';
    size_t n = 0;
    const char *at = row.data, *end = row.data + row.size;
    for (;;) {
        const char *stop = at;          /* columns are short: a loop beats memchr */
        while (stop < end && *stop != separator)
            stop++;
        if (n < most)
            column[n] = (struct str){at, (size_t)(stop - at)};
        n++;
        if (stop == end)
            return n;
        at = stop + 1;
        while (separator == ' ' && at < end && *at == ' ')
            at++;
    }
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.size; i++)
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    return s.size > 0;
}

/* What the columns are, by their number, unless -c said so. */
static void decide(struct conll *c, struct str row, size_t n)
{
    bool tabs = memchr(row.data, '\t', row.size) != NULL;
    if (c->format == CONLL_AUTO)
        c->format = n == 10 && tabs ? CONLL_U : CONLL_COLUMNS;
    if (c->columns.n > 0)
        return;
    static const char *const params[] = {NULL, "1=tokens", "1=tokens,2=ner_tags", "1=tokens,2=pos_tags,3=chunk_tags",
                                         "1=tokens,2=pos_tags,3=chunk_tags,4=ner_tags"};
    if (c->format == CONLL_U)
        c->columns = columns_parse("2=tokens,4=pos_tags,5=xpos_tags");
    else if (n < sizeof params / sizeof *params)
        c->columns = columns_parse(params[n]);
    else
        lines_die(c->lines, "%zu columns; say what they are, for example with -c 1=tokens,%zu=ner_tags", n, n);
    c->is_conll2003 = c->format == CONLL_COLUMNS && n == 4;
    c->guesses_xpos = c->format == CONLL_U;
}

static void prepare(struct conll *c, struct str row, size_t n)
{
    decide(c, row, n);
    for (size_t i = 0; i < c->columns.n; i++) {
        const char *field = c->columns.field[i];
        c->need = c->columns.column[i] > c->need ? c->columns.column[i] : c->need;
        c->is_span[i] = field_has_entities(field);
    }
}

static void too_few(const struct conll *c, size_t n)
{
    size_t i = 0;
    while (c->columns.column[i] != c->need)
        i++;
    lines_die(c->lines, "%zu column%s, but column %zu is asked for (%s)", n, n == 1 ? "" : "s", c->need, c->columns.field[i]);
}

static void add_token(struct conll *c, struct str token)
{
    GROW(c->text, c->text_room, c->text_size + token.size);
    memcpy(c->text + c->text_size, token.data, token.size);
    c->text_size += token.size;
    GROW(c->tokens.data, c->tokens.room, c->n_tokens + 1);
    c->tokens.data[c->n_tokens].size = token.size;
}

static void add_tag(struct conll *c, size_t field, struct str name)
{
    struct intern *names = &c->tags[field];
    if (c->converts && c->is_span[field]) {
        struct tag parsed;
        if (!scheme_parse(c->from, name, &parsed))
            lines_die(c->lines, "the tag '%.*s' is none of %s", (int)name.size, name.data, scheme_name(c->from));
        names = &c->raw[field];
    }
    GROW(c->tag[field].data, c->tag[field].room, c->n_tokens + 1);
    c->tag[field].data[c->n_tokens] = (int32_t)intern_add(names, name);
}

static void add_row(struct conll *c, struct str row)
{
    enum { MOST = 64 };
    struct str column[MOST];
    size_t n = split(row, MOST, column);
    if (c->need == 0)
        prepare(c, row, n);
    if (c->format == CONLL_U) {
        if (n < 10)
            lines_die(c->lines, "%zu columns; CoNLL-U has 10, parted by tabs", n);
        if (!all_digits(column[0])) {           /* 3-4 spans words that follow, 3.1 is not in the text */
            if (column[0].size > 0 && column[0].data[0] >= '0' && column[0].data[0] <= '9')
                return;
            lines_die(c->lines, "the id '%.*s' is no number", (int)column[0].size, column[0].data);
        }
    }
    if (c->need > MOST)
        lines_die(c->lines, "only the first %d columns can be read", MOST);
    if (n < c->need)
        too_few(c, n);
    GROW(c->line.data, c->line.room, c->n_tokens + 1);
    c->line.data[c->n_tokens] = c->lines->number;
    for (size_t i = 0; i < c->columns.n; i++) {
        struct str s = column[c->columns.column[i] - 1];
        if (s.size == 0)
            lines_die(c->lines, "column %zu (%s) is empty", c->columns.column[i], c->columns.field[i]);
        if (i == 0)
            add_token(c, s);
        else
            add_tag(c, i, s);
    }
    c->n_tokens++;
}

/* Rewrite one field's tags of the sentence in the scheme `to`; the numbers then belong to the new names. */
static void convert_field(struct conll *c, size_t field)
{
    struct tag *tag = xmalloc(c->n_tokens, 2 * sizeof *tag), *out = tag + c->n_tokens;
    for (size_t i = 0; i < c->n_tokens; i++) {
        size_t number = (size_t)c->tag[field].data[i];
        scheme_parse(c->from, (struct str){c->raw[field].name[number], c->raw[field].size[number]}, &tag[i]);
    }
    c->broken += scheme_convert(c->from, c->to, c->n_tokens, tag, out, &c->invalid);
    char text[SCHEME_TEXT_SIZE];
    for (size_t i = 0; i < c->invalid.n; i++)
        warn("%s:%zu: %s: %s", c->file, c->line.data[c->invalid.data[i].position], c->columns.field[field],
             scheme_transition_text(text, c->from, c->n_tokens, tag, c->invalid.data[i]));
    for (size_t i = 0; i < c->n_tokens; i++) {
        char name[512];
        size_t size = 1;
        name[0] = out[i].prefix;
        if (out[i].prefix != 'O') {
            if (out[i].type.size > sizeof name - 2)
                die("%s:%zu: a tag of %zu bytes", c->file, c->line.data[i], out[i].type.size);
            name[1] = '-';
            memcpy(name + 2, out[i].type.data, out[i].type.size);
            size = 2 + out[i].type.size;
        }
        c->tag[field].data[i] = (int32_t)intern_add(&c->tags[field], (struct str){name, size});
    }
    free(tag);
}

static bool finish_sentence(struct conll *c)
{
    if (c->n_tokens == 0)
        return false;
    size_t at = 0;
    for (size_t i = 0; i < c->n_tokens; i++) {
        c->tokens.data[i].data = c->text + at;
        at += c->tokens.data[i].size;
    }
    c->tokens.n = c->n_tokens;
    for (size_t i = 1; i < c->columns.n; i++) {
        c->tag[i].n = c->n_tokens;
        if (c->converts && c->is_span[i])
            convert_field(c, i);
    }
    c->sentences++;
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

/* Only CoNLL-U has comments; elsewhere '#' is a token like others. */
static bool is_comment(const struct conll *c, struct str line)
{
    if (line.data[0] != '#' || c->format == CONLL_COLUMNS)
        return false;
    if (c->format == CONLL_U || starts_with(line, "# newdoc") || starts_with(line, "# newpar"))
        return true;
    for (size_t i = 2; i + 3 <= line.size; i++)     /* "# title = ..." before the first row tells the format */
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
    c->n_tokens = c->text_size = 0;
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
            add_row(c, line);
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
    free(c->text);
    free(c);
}
