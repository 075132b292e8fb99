/* fields: what each field of a stream is. A new filter adds its fields here. */
#include "stream/fields.h"

#include <stdio.h>
#include <string.h>

enum { BY_PIECE = 1, BY_WORD = 2, COLUMNS = 4, OF_FILTER = 8, ENTITIES = 16, READ = 32, TAGS = 64 };

static const struct field {
    const char *name, *maker;
    unsigned is;
} table[] = {
    {"tokens", "conll2msg", BY_WORD | READ},
    {"token_offsets", "json2msg", BY_WORD | READ},
    {"doc", "conll2msg", READ},
    {"ner_tags", "conll2msg", BY_WORD | ENTITIES | READ | TAGS},
    {"pos_tags", "conll2msg", BY_WORD | READ | TAGS},
    {"chunk_tags", "conll2msg", BY_WORD | ENTITIES | READ | TAGS},
    {"text", "text2msg", READ},
    {"input_ids", "wptok", BY_PIECE},
    {"word_ids", "wptok", BY_PIECE},
    {"offsets", "wptok", BY_PIECE},
    {"pieces", "wptok", BY_PIECE},
    {"attention_mask", "wptok --masks", BY_PIECE},
    {"token_type_ids", "wptok --masks", BY_PIECE},
    {"labels", "alignlbl", BY_PIECE | OF_FILTER},
    {"logits", "bertfwd", BY_PIECE | COLUMNS | OF_FILTER},
    {"loss", "bertfwd --loss", 0},
    {"pred", "logit2tag", BY_WORD | OF_FILTER},
    {"score", "logit2tag", BY_WORD},
    {"entities", "logit2span", 0},
};
/* Kinds of records. */
static const struct field kind[] = {
    {"sentence", "conll2msg or text2msg", 0},
    {"batch", "mkbatch", 0},
    {"step", "trainstep", 0},
};

static const struct field *find(size_t n, const struct field *list, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i].name, name) == 0)
            return &list[i];
    return NULL;
}

static bool field_is(const char *field, unsigned what)
{
    const struct field *f = find(sizeof table / sizeof *table, table, field);
    return f && (f->is & what);
}

const char *field_maker(const char *what)
{
    const struct field *f = find(sizeof table / sizeof *table, table, what);
    if (!f)
        f = find(sizeof kind / sizeof *kind, kind, what);
    return f ? f->maker : NULL;
}

const char *field_advice(const char *field, size_t n, const struct str *has)
{
    static char text[1024]; /* one message at a time */
    const char *tool = field_maker(field);
    if (tool && !field_is(field, READ)) {
        snprintf(text, sizeof text, "; run %s first", tool);
        return text;
    }
    int size = snprintf(text, sizeof text, ", only");
    for (size_t i = 0; i < n && size < (int)sizeof text / 2; i++)
        size += snprintf(text + size, sizeof text - (size_t)size, "%s %.*s", i > 0 ? "," : "",
                         (int)(has[i].size < 100 ? has[i].size : 100), has[i].data);
    char *end = n > 0 ? text + size : text;
    if (tool && !field_is(field, TAGS))
        snprintf(end, sizeof text / 4, "; %s writes it, or json2msg --rename", tool);
    else
        snprintf(end, sizeof text / 4, "; choose another with -f, or name it so: conll2msg -c, json2msg --rename");
    return text;
}

const char *field_label_advice(int64_t id)
{
    return id == LABEL_NONE
               ? "; -100 marks a piece without a label, and such labels belong to pieces, in the field 'labels', which "
                 "alignlbl makes; here each word needs a tag of its own (O for none)"
               : "";
}

const char *field_by_piece(size_t number)
{
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        if ((table[i].is & BY_PIECE) && number-- == 0)
            return table[i].name;
    return NULL;
}

bool field_has_ids(const char *field)
{
    return !field_is(field, COLUMNS);
}

bool field_is_gold(const char *field)
{
    return !field_is(field, OF_FILTER);
}

bool field_has_entities(const char *field)
{
    return field_is(field, ENTITIES);
}
