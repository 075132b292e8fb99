/* conll_layout: what the columns are, by the first row; and files that are not of this kind. */
#include <stdio.h>

#include "corpus/conll_private.h"
#include "stream/fields.h"

/* ---- wrong doors ---- */

static bool begins_with(struct str s, const char *text)
{
    return s.size >= strlen(text) && memcmp(s.data, text, strlen(text)) == 0;
}

/* A line of JSON, or the first one of a file that is laid out for reading. */
static bool is_json(struct str line)
{
    if (str_is(line, "{") || str_is(line, "["))
        return true;
    bool marks = false;
    if (line.size == 0 || !strchr("{}[],", line.data[line.size - 1]))
        return false;
    for (size_t i = 0; i + 2 < line.size && !marks; i++)
        marks = line.data[i] == '"' && (line.data[i + 1] == ':' || line.data[i + 1] == ',');
    return marks && (begins_with(line, "{") || begins_with(line, "["));
}

/* "T1<TAB>PER 0 4<TAB>Acme" */
static bool is_brat(const struct conll *c)
{
    char type[64];
    unsigned number, start, end;
    return c->n_cells == 3 && c->has_tabs && c->cell[1].size < sizeof type && sscanf(c->cell[0].data, "T%u", &number) == 1
           && sscanf(c->cell[1].data, "%63s %u %u", type, &start, &end) == 3;
}

/* Whether the cells are names of columns, one of them that of the tokens. */
static bool are_names(const struct str *cell, size_t n)
{
    bool has_tokens = false, has_tags = false;
    for (size_t i = 0; i < n && i < CONLL_CELLS_MAX; i++) {
        const char *field = conll_columns_usual(conll_trim(cell[i]));
        has_tokens = has_tokens || (field && strcmp(field, "tokens") == 0);
        has_tags = has_tags || (field && strcmp(field, "tokens") != 0);
    }
    return has_tokens && has_tags;
}

static bool is_csv(struct str line)
{
    struct str cell[CONLL_CELLS_MAX];
    size_t n = 0;
    for (size_t start = 0, i = 0; i <= line.size && n < CONLL_CELLS_MAX; i++)
        if (i == line.size || line.data[i] == ',' || line.data[i] == ';') {
            struct str s = conll_trim((struct str){line.data + start, i - start});
            if (s.size >= 2 && *s.data == '"' && s.data[s.size - 1] == '"')
                s = (struct str){s.data + 1, s.size - 2};
            cell[n++] = s;
            start = i + 1;
        }
    return n > 1 && are_names(cell, n);
}

/* "EU,B-ORG", without a header line */
static bool ends_with_tag(struct str line)
{
    size_t i = line.size;
    struct tag tag;
    while (i > 0 && line.data[i - 1] != ',' && line.data[i - 1] != ';')
        i--;
    return i > 1 && tag_parse((struct str){line.data + i, line.size - i}, &tag);
}

static void check_door(const struct conll *c)
{
    struct str line = conll_trim(c->line);
    if (c->format != CONLL_AUTO)
        return;
    if (is_json(line))
        conll_die(c, "this looks like JSON: json2msg reads it; with --format columns it is a row");
    if (begins_with(line, "<?xml"))
        conll_die(c, "this looks like XML; rows of a token and its tags are wanted");
    if (is_brat(c))
        conll_die(c, "this looks like annotations of brat: brat2msg reads them");
    if (is_csv(line))
        conll_die(c, "this looks like the header line of a CSV file: --format csv reads it");
    if (c->n_cells == 1 && ends_with_tag(line))
        conll_die(
            c, "this looks like a row of CSV: --format csv -c 1=tokens,2=ner_tags reads it; with --format columns it is a word");
    if (c->n_cells > 1 && are_names(c->cell, c->n_cells))
        conll_die(c, "this row looks like names of columns: --format csv reads a file with a header line; with --format columns "
                     "it is a row like others");
}

/* ---- the columns ---- */

/* By how many there are. */
static void choose_columns(struct conll *c)
{
    static const char *const usual[] = {NULL, "1=tokens", "1=tokens,2=ner_tags", "1=tokens,2=pos_tags,3=chunk_tags",
                                        "1=tokens,2=pos_tags,3=chunk_tags,4=ner_tags"};
    size_t n = c->n_cells;
    const char *columns = c->format == CONLL_U      ? "2=tokens,4=pos_tags,5=xpos_tags"
                          : c->format == CONLL_2012 ? "4=tokens,5=pos_tags,11=ner_tags"
                                                    : NULL;
    if (!columns && n < sizeof usual / sizeof *usual)
        columns = usual[n];
    if (!columns)
        conll_die(c, "%zu columns; say what they are, for example with -c 1=tokens,%zu=ner_tags%s", n, n,
                  n == 10  ? ", or with --format conllu"
                  : n > 11 ? ", or with --format conll2012"
                           : "");
    struct conll_columns chosen = conll_columns_parse(columns);
    c->columns.n = chosen.n;
    memcpy(c->columns.column, chosen.column, sizeof chosen.column);
    c->is_conll2003 = c->format == CONLL_COLUMNS && n == 4;
    c->guesses_xpos = c->format == CONLL_U;
}

void conll_layout_fields(struct conll *c)
{
    const size_t boundary[] = {c->columns.sentence.number, c->columns.doc.number};
    for (size_t i = 0; i < 2; i++)
        c->need = boundary[i] > c->need ? boundary[i] : c->need;
    for (size_t i = 0; i < c->columns.n; i++) {
        size_t number = c->columns.column[i].number;
        c->need = number > c->need ? number : c->need;
        if (field_has_entities(c->columns.column[i].field) || c->columns.n == 2)
            c->kind[i] = CONLL_TAGS_ENTITIES;
        else if (field_maker(c->columns.column[i].field))
            c->kind[i] = CONLL_TAGS_OTHERS;
    }
}

void conll_check_columns(const struct conll *c)
{
    if (c->need > CONLL_CELLS_MAX)
        conll_die(c, "only the first %d columns can be read", CONLL_CELLS_MAX);
    if (c->need > c->n_cells)
        for (size_t i = 0; i < c->columns.n; i++)
            if (c->columns.column[i].number == c->need)
                conll_die(c, "%zu column%s, but column %zu is asked for (%s)", c->n_cells, c->n_cells == 1 ? "" : "s", c->need,
                          c->columns.column[i].field);
    if (c->need > c->n_cells)
        conll_die(c, "%zu columns, but column %zu is asked for", c->n_cells, c->need);
}

void conll_layout(struct conll *c)
{
    c->has_tabs = memchr(c->line.data, '\t', c->line.size);
    conll_cut(c);
    check_door(c);
    if (c->format == CONLL_AUTO)
        c->format = c->n_cells == 10 && c->has_tabs ? CONLL_U : CONLL_COLUMNS;
    if (c->columns.n == 0)
        choose_columns(c);
    conll_layout_fields(c);
    c->width = c->format == CONLL_U ? 10 : c->n_cells;
    c->width_file = c->file;
    c->width_line = c->number;
    if (c->format == CONLL_U)
        conll_check_width(c);
    conll_check_columns(c);
}
