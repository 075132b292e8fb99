/* conll_convert: the tags of a sentence in another scheme. */
#include "corpus/conll_private.h"

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
        warn("%s:%zu: %s: %s", c->sentence_file, c->line_number.data[c->invalid.data[i].position], c->columns.column[field].field,
             scheme_transition_text(text, c->from, n, c->parsed, c->invalid.data[i]));
    for (size_t i = 0; i < n; i++) {
        c->name.n = 0;
        tag_add(&c->name, c->converted[i]);
        c->tag[field].data[i] = (int32_t)intern_add(&c->tags[field], (struct str){c->name.data, c->name.n});
    }
}
