/* conll_layout: what the columns are, by the first row. */
#include "corpus/conll_private.h"
#include "stream/fields.h"

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
    c->guesses_columns = true;
    conll_columns_choose(&c->columns, columns);
    c->is_conll2003 = c->format == CONLL_COLUMNS && n == 4;
    c->guesses_xpos = c->format == CONLL_U;
}

static void count_from_end(const struct conll *c, struct conll_column *column, size_t width)
{
    if (column->from_end == 0 || column->name)
        return;
    if (column->from_end > width)
        conll_die(c, "%zu column%s, but column -%zu is asked for (%s)", width, width == 1 ? "" : "s", column->from_end,
                  column->field);
    column->number = width + 1 - column->from_end;
}

void conll_count_from_end(struct conll *c, size_t width)
{
    struct conll_column *column = c->columns.column;
    count_from_end(c, &c->columns.sentence, width);
    count_from_end(c, &c->columns.doc, width);
    for (size_t i = 0; i < c->columns.n; i++)
        count_from_end(c, &column[i], width);
    for (size_t i = 0; i < c->columns.n; i++)
        for (size_t k = 0; column[i].from_end && k < c->columns.n; k++)
            if (k != i && column[k].number == column[i].number && !column[i].key && !column[k].key)
                conll_die(c, "column -%zu (%s) of %zu is column %zu (%s), too", column[i].from_end, column[i].field, width,
                          column[k].number, column[k].field);
}

void conll_layout_fields(struct conll *c)
{
    c->need = 0;
    const size_t boundary[] = {c->columns.sentence.number, c->columns.doc.number};
    for (size_t i = 0; i < 2; i++)
        c->need = boundary[i] > c->need ? boundary[i] : c->need;
    for (size_t i = 0; i < c->columns.n; i++) {
        size_t number = c->columns.column[i].number;
        c->need = number > c->need ? number : c->need;
        bool is_sure = strcmp(c->columns.column[i].field, "ner_tags") == 0 || !c->guesses_columns;
        if ((field_has_entities(c->columns.column[i].field) && is_sure) || c->columns.n == 2)
            c->kind[i] = CONLL_TAGS_ENTITIES;
        else if (!field_has_entities(c->columns.column[i].field) && field_maker(c->columns.column[i].field))
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
    struct str row = conll_trim(c->line);
    struct tag tag;
    c->has_tabs = memchr(row.data, '\t', row.size);
    c->ends_with_tab = !c->has_tabs && c->line.data[c->line.size - 1] == '\t';
    conll_cut(c);
    conll_check_door(c);
    c->last_is_tag = c->n_cells > 1 && c->n_cells <= CONLL_CELLS_MAX && tag_parse(c->cell[c->n_cells - 1], &tag)
                     && (tag.rest.size > 1 || strchr("OBI", tag.prefix)); /* S, M, ... can be a number, a gender */
    if (c->format == CONLL_AUTO)
        c->format = c->n_cells == 10 && c->has_tabs ? CONLL_U : CONLL_COLUMNS;
    if (c->columns.n == 0)
        choose_columns(c);
    c->width = c->format == CONLL_U ? 10 : c->n_cells;
    conll_count_from_end(c, c->width);
    conll_layout_fields(c);
    c->width_file = c->file;
    c->width_line = c->number;
    if (c->format == CONLL_U)
        conll_check_width(c);
    conll_check_columns(c);
}
