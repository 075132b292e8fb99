/* conll_ahead: lines, one after the other, and some of them read ahead. */
#include <stdarg.h>
#include <stdio.h>

#include "corpus/conll_private.h"

void conll_die(const struct conll *c, const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    die("%s:%zu: %s", c->file, c->number, text);
}

static bool read_line(struct conll *c)
{
    if (!lines_next(c->lines, &c->line))
        return false;
    while (c->line.size > 0 && c->line.data[c->line.size - 1] == '\r')
        c->line.size--;
    bool has_mark = c->line.size > 3 && memcmp(c->line.data, "\xef\xbb\xbf", 3) == 0;
    if (has_mark && !conll_is_blank(c->line.data[3])) /* of a file that was appended to another; alone it is a word */
        c->line = (struct str){c->line.data + 3, c->line.size - 3};
    c->file = c->lines->in.name;
    c->number = c->lines->number;
    if (c->format != CONLL_CSV && c->line.size > 0 && memchr(c->line.data, '\r', c->line.size))
        conll_die(c, "a CR inside of the line; if CR ends the lines of the file, convert it first: tr '\\r' '\\n'");
    return true;
}

bool conll_take_line(struct conll *c)
{
    c->is_from_ahead = c->next_ahead < c->n_ahead;
    if (!c->is_from_ahead)
        return read_line(c);
    const struct conll_line *l = &c->ahead_line[c->next_ahead++];
    c->line = (struct str){c->ahead.data + l->offset, l->size};
    c->file = l->file;
    c->number = l->number;
    return true;
}

static void keep_line(struct conll *c)
{
    GROW(c->ahead_line, c->ahead_room, c->n_ahead + 1);
    c->ahead_line[c->n_ahead++] = (struct conll_line){c->ahead.n, c->line.size, c->number, c->file};
    buffer_add(&c->ahead, c->line.data, c->line.size);
}

void conll_hold_line(struct conll *c)
{
    if (c->is_from_ahead) {
        c->next_ahead--;
        return;
    }
    c->n_ahead = c->next_ahead = c->ahead.n = 0;
    keep_line(c);
}

static bool is_row(struct str line)
{
    bool is_comment = line.size > 0 && line.data[0] == '#';
    line = conll_trim(line);
    return line.size > 0 && !is_comment && !conll_is_docstart(line);
}

void conll_look_ahead(struct conll *c)
{
    enum { AHEAD_MAX = 100000 };
    bool found = false;
    conll_hold_line(c);
    while (!found && c->n_ahead < AHEAD_MAX && read_line(c)) {
        found = is_row(c->line);
        keep_line(c);
    }
    if (found)
        conll_layout(c);
    conll_take_line(c);
}
