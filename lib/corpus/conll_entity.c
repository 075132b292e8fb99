/* conll_entity: the parentheses of CoNLL-2012, which say where an entity begins and ends. */
#include "corpus/conll_private.h"

struct str conll_entity(struct conll *c, struct str cell)
{
    const char *s = cell.data, *end = cell.data + cell.size;
    bool begins = s < end && *s == '(', closes = s < end && end[-1] == ')';
    size_t size = 0;
    if (begins)
        s++;
    while (s + size < end && s[size] != '*' && s[size] != ')' && s[size] != '(')
        size++;
    struct str rest = {s + size, (size_t)(end - s) - size};
    bool is_form = begins ? size > 0 && (str_is(rest, "*") || str_is(rest, ")") || str_is(rest, "*)"))
                          : (size == 0 && (str_is(rest, "*") || str_is(rest, "*)"))) || str_is(cell, "-");
    if (!is_form)
        conll_die(c, "'%.*s' is not one of (TYPE*, *, *) and (TYPE)", (int)cell.size, cell.data);
    if (begins && c->is_open)
        conll_die(c, "an entity begins inside of another: '%.*s'", (int)cell.size, cell.data);
    if (closes && !begins && !c->is_open)
        conll_die(c, "'%.*s' ends an entity, and none has begun", (int)cell.size, cell.data);
    if (begins) {
        c->open.n = 0;
        buffer_add(&c->open, s, size);
    }
    c->name.n = 0;
    if (begins || c->is_open) {
        buffer_add_string(&c->name, begins ? "B-" : "I-");
        buffer_add(&c->name, c->open.data, c->open.n);
    } else
        buffer_add_string(&c->name, "O");
    c->is_open = (begins || c->is_open) && !closes;
    return (struct str){c->name.data, c->name.n};
}
