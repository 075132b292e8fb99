/* conll_cut: a line into cells. */
#include "corpus/conll_private.h"

struct str conll_trim(struct str s)
{
    while (s.size > 0 && conll_is_blank(s.data[s.size - 1]))
        s.size--;
    while (s.size > 0 && conll_is_blank(*s.data)) {
        s.data++;
        s.size--;
    }
    return s;
}

void conll_cut(struct conll *c)
{
    struct str row = c->line;
    while (row.size > 0 && conll_is_blank(row.data[row.size - 1]))
        row.size--;
    bool tabs = c->has_tabs || memchr(row.data, '\t', row.size);
    char separator = tabs ? '\t' : ' ';
    if (tabs && c->ends_with_tab)
        conll_die(c, "a row with tabs, but the first row (line %zu) has one at its end only, and was cut at blanks",
                  c->width_line);
    const char *start = row.data, *end = row.data + row.size;
    size_t n = 0;
    for (;;) {
        const char *stop = start; /* columns are short: a loop beats memchr */
        while (stop < end && *stop != separator)
            stop++;
        if (n < CONLL_CELLS_MAX)
            c->cell[n] = (struct str){start, (size_t)(stop - start)};
        n++;
        if (stop == end)
            break;
        start = stop + 1;
        while (!tabs && start < end && *start == ' ')
            start++;
    }
    c->n_cells = n;
}

/* A delimiter at the end is no column; but where the first row has more columns, those after it are empty ones. */
static void add_empty_cells(struct conll *c)
{
    struct str end = {"", 0};
    for (size_t i = c->line.size; i > 0 && conll_is_blank(c->line.data[i - 1]) && c->n_cells < c->width; i--)
        if (c->line.data[i - 1] == '\t') {
            if (c->n_cells < CONLL_CELLS_MAX)
                c->cell[c->n_cells] = end;
            c->n_cells++;
        }
}

void conll_check_width(struct conll *c)
{
    size_t n = c->n_cells;
    if (n < c->width && c->has_tabs)
        add_empty_cells(c);
    if (c->n_cells == c->width)
        return;
    const char *s = n == 1 ? "" : "s";
    if (c->format == CONLL_U)
        conll_die(c, "%zu column%s; CoNLL-U has %zu, separated by tabs", n, s, c->width);
    bool may_be_comment = c->line.size > 0 && *c->line.data == '#' && c->comments == CONLL_COMMENTS_AUTO;
    const char *hint = may_be_comment ? "; if it is a comment, say --comments yes" : "";
    if (c->width_file == c->file)
        conll_die(c, "%zu column%s, but the first row (line %zu) has %zu%s", n, s, c->width_line, c->width, hint);
    conll_die(c, "%zu column%s, but the first row (%s:%zu) has %zu%s", n, s, c->width_file, c->width_line, c->width, hint);
}
