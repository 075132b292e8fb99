/* conll_columns: which columns, and which comments, become which fields. */
#include "corpus/conll_columns.h"

#include <stdlib.h>
#include <strings.h>

#include "base/util.h"
#include "stream/fields.h"
#include "text/list.h"

static char *copy(struct str s)
{
    return xstrndup(s.data, s.size);
}

static void add(struct conll_column *list, size_t *n, struct conll_column column)
{
    if (*n == CONLL_FIELDS_MAX)
        die_usage("more than %d columns", CONLL_FIELDS_MAX);
    list[(*n)++] = column;
}

static void add_column(struct conll_columns *c, struct conll_column column)
{
    struct conll_column *boundary = strcmp(column.field, "sentence") == 0 ? &c->sentence
                                    : strcmp(column.field, "doc") == 0    ? &c->doc
                                                                          : NULL;
    if (strcmp(column.field, "id") == 0 || strcmp(column.field, "text") == 0)
        die_usage("'%s' cannot come from a column; a comment can give it: -c #KEY=%s", column.field, column.field);
    bool is_of_filter = !boundary && field_maker(column.field) && strcmp(field_maker(column.field), "conll2msg") != 0;
    if (is_of_filter && strcmp(column.field, "pred") != 0)
        die_usage("'%s' cannot come from a column; %s makes it", column.field, field_maker(column.field));
    if (c->n == 0)
        add(c->column, &c->n, (struct conll_column){0});
    if (strcmp(column.field, "tokens") == 0 && !c->column[0].field && !column.key)
        c->column[0] = column;
    else if (boundary && !boundary->field && !column.key)
        *boundary = column;
    else
        add(c->column, &c->n, column);
}

static void add_comment(struct conll_columns *c, struct conll_column comment)
{
    if (strcmp(comment.field, "doc") == 0 || strcmp(comment.field, "tokens") == 0)
        die_usage("'%s' cannot come from a comment%s", comment.field,
                  *comment.field == 'd' ? ": documents have numbers; give it another name, such as doc_id" : "");
    add(c->comment, &c->n_comments, comment);
}

static bool fields_differ(const struct conll_columns *c)
{
    const char *field[2 * CONLL_FIELDS_MAX];
    size_t n = 0;
    for (size_t i = 0; i < c->n; i++)
        field[n++] = c->column[i].field;
    for (size_t i = 0; i < c->n_comments; i++)
        field[n++] = c->comment[i].field;
    for (size_t i = 0; i < n; i++)
        for (size_t k = i + 1; k < n; k++)
            if (strcmp(field[i], field[k]) == 0)
                die_usage("two columns are named %s", field[i]);
    return true;
}

/* "4", "-1", "10.name", "#sent_id" or "Word"; false: none of these. */
static bool parse_place(struct str place, struct conll_column *column, bool *is_comment)
{
    size_t digits = 0;
    *is_comment = place.size > 1 && *place.data == '#' && place.data[1] != ' ';
    if (*is_comment) {
        column->name = copy((struct str){place.data + 1, place.size - 1});
        return true;
    }
    bool from_end = place.size > 1 && *place.data == '-' && place.data[1] >= '0' && place.data[1] <= '9';
    if (from_end)
        place = (struct str){place.data + 1, place.size - 1};
    while (digits < place.size && place.data[digits] >= '0' && place.data[digits] <= '9')
        column->number = digits < 4 ? 10 * column->number + (size_t)(place.data[digits++] - '0') : 0 * digits++;
    if (digits == 0 || (digits < place.size && place.data[digits] != '.')) {
        column->number = 0;
        column->name = copy(place);
        return place.size > 0 && *place.data != '-';
    }
    if (digits < place.size && place.data[digits] == '.' && digits + 1 < place.size)
        column->key = copy((struct str){place.data + digits + 1, place.size - digits - 1});
    bool is_number = (digits == place.size || column->key) && column->number > 0 && column->number <= 1000;
    if (from_end) {
        column->from_end = column->number;
        column->number = 0;
    }
    return is_number;
}

struct conll_columns conll_columns_parse(const char *text)
{
    struct conll_columns c = {0};
    struct str part;
    for (const char *rest = text; list_next(&rest, ',', &part);) {
        struct conll_column column = {0};
        while (part.size > 0 && *part.data == ' ')
            part = (struct str){part.data + 1, part.size - 1};
        bool is_comment;
        size_t equals = part.size;
        while (equals > 0 && part.data[equals - 1] != '=')
            equals--;
        if (equals == 0 || equals == part.size || !parse_place((struct str){part.data, equals - 1}, &column, &is_comment))
            die_usage("columns are given as 1=tokens,4=ner_tags, not '%s'", text);
        column.field = copy((struct str){part.data + equals, part.size - equals});
        if (is_comment)
            add_comment(&c, column);
        else
            add_column(&c, column);
    }
    if (c.n > 0 && !c.column[0].field)
        die_usage("no column is named tokens in '%s'", text);
    if (c.n + c.n_comments == 0)
        die_usage("columns are given as 1=tokens,4=ner_tags, not '%s'", text);
    fields_differ(&c);
    return c;
}

void conll_columns_choose(struct conll_columns *c, const char *text)
{
    struct conll_columns chosen = conll_columns_parse(text);
    memcpy(chosen.comment, c->comment, sizeof chosen.comment);
    chosen.n_comments = c->n_comments;
    *c = chosen;
}

bool conll_columns_have_names(const struct conll_columns *c)
{
    bool have = c->sentence.name || c->doc.name;
    for (size_t i = 0; i < c->n; i++)
        have = have || c->column[i].name;
    return have;
}

const char *conll_columns_usual(struct str name)
{
    static const struct {
        const char *name, *field;
    } usual[] = {
        {"token", "tokens"},
        {"tokens", "tokens"},
        {"word", "tokens"},
        {"words", "tokens"},
        {"form", "tokens"},
        {"tag", "ner_tags"},
        {"tags", "ner_tags"},
        {"label", "ner_tags"},
        {"labels", "ner_tags"},
        {"ner", "ner_tags"},
        {"ner_tag", "ner_tags"},
        {"ner_tags", "ner_tags"},
        {"iob", "ner_tags"},
        {"bio", "ner_tags"},
        {"gold", "ner_tags"},
        {"entity tag", "ner_tags"},
        {"ner label", "ner_tags"},
        {"ner_label", "ner_tags"},
        {"entity", "ner_tags"},
        {"pos", "pos_tags"},
        {"pos_tag", "pos_tags"},
        {"pos_tags", "pos_tags"},
        {"upos", "pos_tags"},
        {"xpos", "xpos_tags"},
        {"chunk", "chunk_tags"},
        {"chunk_tag", "chunk_tags"},
        {"chunk_tags", "chunk_tags"},
        {"sentence", "sentence"},
        {"sentence #", "sentence"},
        {"sentence_id", "sentence"},
        {"sentence id", "sentence"},
        {"sentence_idx", "sentence"},
        {"sent_id", "sentence"},
        {"sent", "sentence"},
        {"doc", "doc"},
        {"doc_id", "doc"},
        {"document", "doc"},
        {"document_id", "doc"},
    };
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (strlen(usual[i].name) == name.size && strncasecmp(usual[i].name, name.data, name.size) == 0)
            return usual[i].field;
    return NULL;
}

static void column_free(struct conll_column *c)
{
    free(c->name);
    free(c->key);
    free(c->field);
}

void conll_columns_drop(struct conll_columns *c)
{
    column_free(&c->column[--c->n]);
}

void conll_columns_free(struct conll_columns *c)
{
    for (size_t i = 0; i < c->n; i++)
        column_free(&c->column[i]);
    for (size_t i = 0; i < c->n_comments; i++)
        column_free(&c->comment[i]);
    column_free(&c->sentence);
    column_free(&c->doc);
    *c = (struct conll_columns){0};
}
