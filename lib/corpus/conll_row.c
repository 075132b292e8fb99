/* conll_row: a line of columns as a token and its tags. */
#include <stdlib.h>

#include "corpus/conll_private.h"
#include "stream/fields.h"
#include "text/list.h"

static void add_column(struct conll_columns *c, size_t number, struct str field)
{
    if (str_is(field, "tokens")) {
        c->column[0] = number;
        return;
    }
    if (c->n == CONLL_FIELDS_MAX)
        die_usage("more than %d columns", CONLL_FIELDS_MAX);
    c->column[c->n] = number;
    c->field[c->n++] = xstrndup(field.data, field.size);
}

struct conll_columns conll_columns_parse(const char *text)
{
    struct conll_columns c = {.n = 1, .field = {xstrdup("tokens")}};
    struct str part;
    for (const char *rest = text; list_next(&rest, ',', &part);) {
        char *equals;
        unsigned long number = strtoul(part.data, &equals, 10);
        size_t before = (size_t)(equals - part.data);
        if (before == 0 || *part.data == '-' || number == 0 || number > 1000 || *equals != '=' || before + 1 >= part.size)
            die_usage("columns are given as 1=tokens,4=ner_tags, not '%s'", text);
        add_column(&c, number, (struct str){equals + 1, part.size - before - 1});
    }
    if (c.column[0] == 0)
        die_usage("no column is named tokens in '%s'", text);
    for (size_t i = 0; i < c.n; i++)
        for (size_t k = i + 1; k < c.n; k++)
            if (strcmp(c.field[i], c.field[k]) == 0)
                die_usage("two columns are named %s", c.field[i]);
    return c;
}

/* Cut a row at tabs if it has one, else at runs of blanks. Returns the number of columns; the first `room` are stored. */
static size_t split(struct str row, size_t room, struct str *column)
{
    char separator = memchr(row.data, '\t', row.size) ? '\t' : ' ';
    size_t n = 0;
    const char *start = row.data, *end = row.data + row.size;
    for (;;) {
        const char *stop = start; /* columns are short: a loop beats memchr */
        while (stop < end && *stop != separator)
            stop++;
        if (n < room)
            column[n] = (struct str){start, (size_t)(stop - start)};
        n++;
        if (stop == end)
            return n;
        start = stop + 1;
        while (separator == ' ' && start < end && *start == ' ')
            start++;
    }
}

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.size; i++)
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    return s.size > 0;
}

/* What the columns are: by how many there are, unless the user has said it. */
static void decide(struct conll *c, struct str row, size_t n)
{
    bool tabs = memchr(row.data, '\t', row.size) != NULL;
    if (c->format == CONLL_AUTO)
        c->format = n == 10 && tabs ? CONLL_U : CONLL_COLUMNS;
    if (c->columns.n > 0)
        return;
    static const char *const usual[] = {NULL, "1=tokens", "1=tokens,2=ner_tags", "1=tokens,2=pos_tags,3=chunk_tags",
                                        "1=tokens,2=pos_tags,3=chunk_tags,4=ner_tags"};
    if (c->format == CONLL_U)
        c->columns = conll_columns_parse("2=tokens,4=pos_tags,5=xpos_tags");
    else if (n < sizeof usual / sizeof *usual)
        c->columns = conll_columns_parse(usual[n]);
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
    buffer_add(&c->text, token.data, token.size);
    GROW(c->tokens.data, c->tokens.room, c->n_tokens + 1);
    c->tokens.data[c->n_tokens].size = token.size;
}

static void add_tag(struct conll *c, size_t field, struct str name)
{
    struct intern *names = &c->tags[field];
    if (c->converts && c->is_span[field]) {
        struct tag parsed;
        if (!scheme_parse(c->from, name, &parsed))
            lines_die(c->lines, "the tag '%.*s' is not one of %s", (int)name.size, name.data, scheme_name(c->from));
        names = &c->raw[field];
    }
    GROW(c->tag[field].data, c->tag[field].room, c->n_tokens + 1);
    c->tag[field].data[c->n_tokens] = (int32_t)intern_add(names, name);
}

void conll_add_row(struct conll *c, struct str row)
{
    enum { COLUMNS_MAX = 64 };
    struct str column[COLUMNS_MAX];
    size_t n = split(row, COLUMNS_MAX, column);
    if (c->need == 0)
        prepare(c, row, n);
    if (c->format == CONLL_U) {
        if (n < 10)
            lines_die(c->lines, "%zu columns; CoNLL-U has 10, separated by tabs", n);
        if (!all_digits(column[0])) { /* 3-4 spans words that follow, 3.1 is not in the text */
            if (column[0].size > 0 && column[0].data[0] >= '0' && column[0].data[0] <= '9')
                return;
            lines_die(c->lines, "the id '%.*s' is not a number", (int)column[0].size, column[0].data);
        }
    }
    if (c->need > COLUMNS_MAX)
        lines_die(c->lines, "only the first %d columns can be read", COLUMNS_MAX);
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

void conll_convert_field(struct conll *c, size_t field)
{
    size_t n = c->n_tokens;
    GROW(c->parsed, c->parsed_room, n);
    GROW(c->converted, c->converted_room, n);
    for (size_t i = 0; i < n; i++) {
        size_t number = (size_t)c->tag[field].data[i];
        scheme_parse(c->from, (struct str){c->raw[field].name[number], c->raw[field].size[number]}, &c->parsed[i]);
    }
    c->n_invalid += scheme_convert(c->from, c->to, n, c->parsed, c->converted, &c->invalid);
    char text[SCHEME_TEXT_SIZE];
    for (size_t i = 0; i < c->invalid.n; i++)
        warn("%s:%zu: %s: %s", c->file, c->line.data[c->invalid.data[i].position], c->columns.field[field],
             scheme_transition_text(text, c->from, n, c->parsed, c->invalid.data[i]));
    for (size_t i = 0; i < n; i++) {
        c->name.n = 0;
        tag_add(&c->name, c->converted[i]);
        c->tag[field].data[i] = (int32_t)intern_add(&c->tags[field], (struct str){c->name.data, c->name.n});
    }
}
