/* conll_csv: a token a record of CSV (RFC 4180), with tabs or semicolons, too. The first line of a file names the columns. */
#include <stdlib.h>
#include <strings.h>

#include "corpus/conll_private.h"
#include "tags/tag.h"

/* ---- one record ---- */

/* Take a quoted value, from its first byte on; false: it does not end here. */
static bool take_quoted(struct conll *c, const char **from, const char *end, struct str *value)
{
    char *to = c->unquoted.data + c->unquoted.n, *first = to;
    const char *s = *from;
    for (; s < end; s++) {
        if (*s != '"')
            *to++ = *s;
        else if (s + 1 < end && s[1] == '"')
            *to++ = *s++;
        else
            break;
    }
    if (s == end)
        return false;
    *value = (struct str){first, (size_t)(to - first)};
    c->unquoted.n += value->size;
    for (s++; s < end && *s == ' ';)
        s++;
    if (s < end && *s != c->delimiter)
        conll_die(c, "text after a closing quotation mark; a mark inside of a value is written as two");
    *from = s;
    return true;
}

/* False: a quoted value goes on in the next line. */
static bool cut(struct conll *c)
{
    const char *s = c->line.data, *end = s + c->line.size;
    c->n_cells = c->unquoted.n = 0;
    buffer_reserve(&c->unquoted, c->line.size + 1); /* so that the cells do not move */
    for (;; s++) {
        const char *start = s, *first = s;
        struct str value;
        while (first < end && *first == ' ' && c->delimiter != ' ')
            first++;
        if (first < end && *first == '"') {
            s = first + 1;
            if (!take_quoted(c, &s, end, &value))
                return false;
        } else {
            while (s < end && *s != c->delimiter)
                s++;
            value = (struct str){start, (size_t)(s - start)};
        }
        if (c->n_cells < CONLL_CELLS_MAX)
            c->cell[c->n_cells] = value;
        c->n_cells++;
        if (s >= end)
            return true;
    }
}

/* The current line, and those after it that its quoted values need. */
static void cut_record(struct conll *c)
{
    enum { LINES_MAX = 1000 };
    size_t first = c->number;
    const char *file = c->file;
    for (size_t n = 0; !cut(c);) {
        if (n == 0) {
            c->record.n = 0;
            buffer_add(&c->record, c->line.data, c->line.size);
        }
        bool more, may_end = false;
        do { /* without a quotation mark the value goes on */
            more = n++ < LINES_MAX && conll_take_line(c) && c->file == file;
            if (more) {
                may_end = memchr(c->line.data, '"', c->line.size);
                buffer_add_string(&c->record, "\n");
                buffer_add(&c->record, c->line.data, c->line.size);
            }
        } while (more && !may_end);
        c->line = (struct str){c->record.data, c->record.n};
        c->file = file;
        c->number = first;
        if (!more)
            conll_die(c, "a quotation mark opens a value here, and none closes it");
    }
}

/* ---- the header line ---- */

static char find_delimiter(const struct conll *c)
{
    size_t n[3] = {0};
    static const char delimiter[] = "\t,;";
    for (size_t i = 0; i < c->line.size; i++)
        for (size_t k = 0; k < 3; k++)
            n[k] += c->line.data[i] == delimiter[k];
    if (n[0] + n[1] + n[2] == 0)
        conll_die(c, "no tab, comma or semicolon in the first line: this is not CSV");
    return n[0] > 0 ? '\t' : n[1] >= n[2] ? ',' : ';';
}

static const char *list_names(const struct conll *c, struct buffer *text)
{
    text->n = 0;
    for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++)
        buffer_format(text, "%s'%.*s'", i > 0 ? ", " : "", (int)c->cell[i].size, c->cell[i].data);
    return text->data ? text->data : "";
}

static size_t find_name(const struct conll *c, const char *name)
{
    for (int exact = 1; exact >= 0; exact--)
        for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++) {
            struct str cell = conll_trim(c->cell[i]);
            if (exact ? str_is(cell, name) : cell.size == strlen(name) && strncasecmp(cell.data, name, cell.size) == 0)
                return i + 1;
        }
    return 0;
}

static void resolve(struct conll *c, struct conll_column *column)
{
    struct buffer names = {0};
    if (!column->name)
        return;
    column->number = find_name(c, column->name);
    if (column->number == 0)
        conll_die(c, "no column '%s' among %s", column->name, list_names(c, &names));
}

/* The columns by their usual names. */
static void choose(struct conll *c)
{
    struct buffer names = {0}, columns = {0};
    bool has_tokens = false;
    for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++) {
        struct str cell = conll_trim(c->cell[i]);
        const char *field = conll_columns_usual(cell);
        if (!field)
            continue;
        for (size_t k = 0; k < i; k++) {
            const char *other = conll_columns_usual(conll_trim(c->cell[k]));
            if (other && strcmp(other, field) == 0)
                conll_die(c, "both '%.*s' and '%.*s' may be %s; say which columns to read: -c NAME=FIELD,... of %s",
                          (int)c->cell[k].size, c->cell[k].data, (int)cell.size, cell.data, field, list_names(c, &names));
        }
        has_tokens = has_tokens || strcmp(field, "tokens") == 0;
        buffer_format(&columns, "%s%zu=%s", columns.n ? "," : "", i + 1, field);
    }
    if (!has_tokens)
        conll_die(c, "no column of words is known among %s; name the columns: -c NAME=tokens,NAME=ner_tags",
                  list_names(c, &names));
    conll_columns_choose(&c->columns, columns.data);
    free(columns.data);
}

/* Columns that are given by number: the line may be a row already. */
static bool is_row(struct conll *c)
{
    struct buffer names = {0};
    struct tag tag;
    for (size_t i = 1; i < c->columns.n; i++) {
        size_t number = c->columns.column[i].number;
        if (number <= c->n_cells && number <= CONLL_CELLS_MAX && tag_parse(conll_trim(c->cell[number - 1]), &tag))
            return true;
    }
    for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++)
        if (conll_columns_usual(conll_trim(c->cell[i])))
            return false;
    conll_die(c,
              "is this a header line: %s? Then say -c NAME=tokens,NAME=FIELD with its names; else put one before it, such as "
              "token,tag",
              list_names(c, &names));
}

/* Columns that were given by number, or chosen, keep the names of the first file for the next one. */
static void keep_name(const struct conll *c, struct conll_column *column)
{
    if (column->number > 0 && column->number <= c->n_cells && column->number <= CONLL_CELLS_MAX && !column->name) {
        struct str name = conll_trim(c->cell[column->number - 1]);
        column->name = xstrndup(name.data, name.size);
    }
}

static bool read_header(struct conll *c)
{
    struct conll_columns *columns = &c->columns;
    bool by_number = columns->n > 0 && !conll_columns_have_names(columns);
    if (columns->n == 0)
        choose(c);
    conll_count_from_end(c, c->n_cells);
    for (size_t i = 0; i < columns->n; i++)
        resolve(c, &columns->column[i]);
    resolve(c, &columns->sentence);
    resolve(c, &columns->doc);
    c->width = c->n_cells;
    c->width_file = c->file;
    c->width_line = c->number;
    conll_layout_fields(c);
    conll_check_columns(c);
    if (by_number && is_row(c))
        return false;
    for (size_t i = 0; i < columns->n; i++)
        keep_name(c, &columns->column[i]);
    keep_name(c, &columns->sentence);
    keep_name(c, &columns->doc);
    return true;
}

/* ---- rows ---- */

/* A line inside of a quoted value that has as many delimiters as a row: a quotation mark that was not meant as one. */
static void check_swallowed(const struct conll *c, struct str value)
{
    size_t n = 0;
    bool is_whole = false; /* the line began inside of the value */
    for (size_t i = 0; i < value.size; i++)
        if (value.data[i] == '\n') {
            if (is_whole && n + 1 == c->width)
                conll_die(c,
                          "a quoted value with whole rows in it; if a quotation mark is a word here, it is written as \"\"\"\"");
            n = 0;
            is_whole = true;
        } else
            n += value.data[i] == c->delimiter;
}

static bool is_header_again(const struct conll *c)
{
    for (size_t i = 0; i < c->columns.n; i++) {
        const struct conll_column *column = &c->columns.column[i];
        if (!column->name || !str_is(conll_trim(c->cell[column->number - 1]), column->name))
            return false;
    }
    return c->columns.n > 1;
}

static void check_cells(const struct conll *c)
{
    for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++)
        if (c->cell[i].size > 0 && memchr(c->cell[i].data, '\n', c->cell[i].size))
            check_swallowed(c, c->cell[i]);
    if (is_header_again(c))
        conll_die(c, "the header line once more; files are given one by one, not appended to each other");
    for (size_t i = 0; i < c->columns.n; i++) {
        const struct conll_column *column = &c->columns.column[i];
        struct str s = c->cell[column->number - 1];
        if (s.size > 0 && (memchr(s.data, '\n', s.size) || memchr(s.data, '\r', s.size)))
            conll_die(c, "column %zu (%s) holds the end of a line; if a quotation mark is a word here, it is written as \"\"\"\"",
                      column->number, column->field);
        if (i == 0 && s.size > 1 && *s.data == '[' && strchr("'\"", s.data[1]) && s.data[s.size - 1] == ']')
            conll_die(c, "column %zu (tokens) is a list; a row has one token", column->number);
    }
}

bool conll_csv_record(struct conll *c)
{
    bool is_first = c->delimiter == 0;
    struct str line = conll_trim(c->line);
    if (c->line.size > 0 && memchr(c->line.data, '\r', c->line.size))
        conll_die(c, "a CR inside of the line; if CR ends the lines of the file, convert it first: tr '\\r' '\\n'");
    if (is_first && line.size == 5 && memcmp(line.data, "sep=", 4) == 0) { /* as spreadsheets write it */
        c->given_delimiter = line.data[4];
        return false;
    }
    if (is_first)
        c->delimiter = c->given_delimiter ? c->given_delimiter : find_delimiter(c);
    c->given_delimiter = 0;
    cut_record(c);
    if (is_first && read_header(c))
        return false;
    bool is_empty = true;
    for (size_t i = 0; i < c->n_cells && i < CONLL_CELLS_MAX; i++)
        is_empty = is_empty && conll_trim(c->cell[i]).size == 0;
    if (is_empty) {
        c->n_cells = 0;
        return true;
    }
    bool is_longer = c->n_cells == c->width + 1 && c->n_cells <= CONLL_CELLS_MAX;
    if (is_longer && conll_trim(c->cell[c->width]).size == 0) /* a delimiter at the end is no column */
        c->n_cells--;
    conll_check_width(c);
    check_cells(c);
    return true;
}
