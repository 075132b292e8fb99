/* conll_convert: the tags of a sentence in another scheme. */
#include <stdio.h>

#include "corpus/conll_private.h"

static void not_entities(struct conll *c, size_t field)
{
    c->kind[field] = CONLL_TAGS_OTHERS;
    for (size_t i = 0; i < c->n_tokens; i++)
        c->tag[field].data[i] = (int32_t)intern_add(&c->tags[field], (struct str){"O", 1});
}

bool conll_convert_tag(struct conll *c, size_t field, struct str name)
{
    struct tag parsed;
    if (c->kind[field] == CONLL_TAGS_OTHERS)
        return false;
    bool is_tag = scheme_parse(c->from, name, &parsed);
    if (!is_tag && c->kind[field] == CONLL_TAGS_OPEN) {
        not_entities(c, field);
        return false;
    }
    if (!is_tag)
        conll_die(c, "the tag '%.*s' of %s is not one of %s; see -c", (int)name.size, name.data, c->columns.column[field].field,
                  scheme_name(c->from));
    if (parsed.prefix != 'O')
        c->kind[field] = CONLL_TAGS_ENTITIES;
    return true;
}

/* How often the sentence in `parsed` breaks each of the schemes. */
static void try_schemes(struct conll *c, size_t field)
{
    struct tag tag;
    for (int scheme = 0; scheme < SCHEMES; scheme++) {
        bool fits = true;
        for (size_t i = 0; fits && i < c->n_tokens; i++) {
            size_t number = (size_t)c->tag[field].data[i];
            fits = scheme_parse((enum scheme)scheme, (struct str){c->raw[field].name[number], c->raw[field].size[number]}, &tag);
        }
        c->n_invalid_as[scheme] +=
            fits ? scheme_convert((enum scheme)scheme, c->to, c->n_tokens, c->parsed, c->converted, NULL) : c->n_tokens;
    }
}

const char *conll_convert_advice(const struct conll *c)
{
    static char text[64]; /* one message at a time */
    int best = IOB1;
    for (int scheme = 0; scheme < SCHEMES; scheme++)
        best = c->n_invalid_as[scheme] < c->n_invalid_as[best] ? scheme : best;
    *text = 0;
    if (100 * c->n_invalid_as[best] < c->n_invalid_as[c->from])
        snprintf(text, sizeof text, "; the tags look like %s", scheme_name((enum scheme)best));
    return text;
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
    if (c->n_invalid >= SCHEME_SHOWN)
        try_schemes(c, field);
    size_t shown = c->n_invalid;
    c->n_invalid += scheme_convert(c->from, c->to, n, c->parsed, c->converted, &c->invalid);
    char text[SCHEME_TEXT_SIZE];
    for (size_t i = 0; i < c->invalid.n && shown < SCHEME_SHOWN; i++, shown++)
        warn("%s:%zu: %s: %s", c->sentence_file, c->line_number.data[c->invalid.data[i].position], c->columns.column[field].field,
             scheme_transition_text(text, c->from, n, c->parsed, c->invalid.data[i]));
    for (size_t i = 0; i < n; i++) {
        c->name.n = 0;
        tag_add(&c->name, c->converted[i]);
        c->tag[field].data[i] = (int32_t)intern_add(&c->tags[field], (struct str){c->name.data, c->name.n});
    }
}
