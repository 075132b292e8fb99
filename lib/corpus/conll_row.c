/* conll_row: cells as a token and its tags. */
#include "corpus/conll_private.h"

enum { CONLL_2012_ENTITIES = 11 }; /* the column of parentheses */

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.size; i++)
        if (s.data[i] < '0' || s.data[i] > '9')
            return false;
    return s.size > 0;
}

static void add_token(struct conll *c, struct str token)
{
    buffer_add(&c->text, token.data, token.size);
    GROW(c->tokens.data, c->tokens.room, c->n_tokens + 1);
    c->tokens.data[c->n_tokens].size = token.size;
}

static void add_tag(struct conll *c, size_t field, struct str name)
{
    bool is_raw = c->converts && conll_convert_tag(c, field, name);
    struct intern *names = is_raw ? &c->raw[field] : &c->tags[field];
    size_t before = names->n, number = intern_add(names, name);
    GROW(c->tag[field].data, c->tag[field].room, c->n_tokens + 1);
    c->tag[field].data[c->n_tokens] = (int32_t)number;
    if (number == before && !is_raw)
        conll_check_label(c, field, name);
}

/* The value of a key in "SpaceAfter=No|name=B-PER"; a word without it is O. */
static struct str keyed_label(struct conll *c, size_t field, struct str cell)
{
    const char *key = c->columns.column[field].key;
    size_t size = strlen(key);
    for (const char *s = cell.data, *end = s + cell.size, *stop; s < end; s = stop + 1) {
        stop = memchr(s, '|', (size_t)(end - s));
        stop = stop ? stop : end;
        if ((size_t)(stop - s) > size && s[size] == '=' && memcmp(s, key, size) == 0) {
            c->has_key[field] = true;
            return conll_trim((struct str){s + size + 1, (size_t)(stop - s) - size - 1});
        }
    }
    return (struct str){"O", 1};
}

static _Noreturn void die_of_empty(const struct conll *c, const struct conll_column *column)
{
    const char *why = "";
    if (c->format == CONLL_CSV)
        why = "; -c reads other columns";
    else if (memchr(c->line.data, '\t', c->line.size))
        why = "; a row is cut at each tab: tr -s '\\t' makes one of several";
    else if (column->number == 1)
        why = ": a blank begins the line";
    conll_die(c, "column %zu (%s) is empty%s", column->number, column->field, why);
}

void conll_add_cells(struct conll *c)
{
    if (c->n_tokens == 0)
        c->sentence_file = c->file;
    GROW(c->line_number.data, c->line_number.room, c->n_tokens + 1);
    c->line_number.data[c->n_tokens] = c->number;
    for (size_t i = 0; i < c->columns.n; i++) {
        const struct conll_column *column = &c->columns.column[i];
        struct str s = c->cell[column->number - 1];
        if (i > 0)
            s = conll_trim_label(s);
        if (column->key)
            s = keyed_label(c, i, s);
        if (s.size == 0)
            die_of_empty(c, column);
        if (i == 0)
            add_token(c, s);
        else if (c->format == CONLL_2012 && column->number == CONLL_2012_ENTITIES)
            add_tag(c, i, conll_entity(c, s));
        else
            add_tag(c, i, s);
    }
    c->n_tokens++;
}

static bool changes(struct buffer *value, const struct conll *c, size_t column)
{
    struct str cell = column > 0 && column <= c->n_cells ? conll_trim(c->cell[column - 1]) : (struct str){"", 0};
    if (cell.size == 0 || str_equal(cell, (struct str){value->data, value->n}))
        return false;
    value->n = 0;
    buffer_add(value, cell.data, cell.size);
    return true;
}

bool conll_begins_anew(struct conll *c, bool *is_document)
{
    *is_document = changes(&c->doc_value, c, c->columns.doc.number);
    return changes(&c->sentence_value, c, c->columns.sentence.number) || *is_document;
}

/* The predicates of a sentence have a column each: CoNLL-2012 has as many columns as there are in the sentence's first row. */
static void check_2012(struct conll *c)
{
    if (c->n_tokens == 0) {
        c->width = c->n_cells, c->width_line = c->number, c->width_file = c->file;
        conll_count_from_end(c, c->width);
        conll_layout_fields(c);
        conll_check_columns(c);
    }
    conll_check_width(c);
    if (c->n_cells < CONLL_2012_ENTITIES)
        conll_die(c, "%zu columns; CoNLL-2012 has 12 and more", c->n_cells);
}

/* A label of a range of words, "1-2", would be lost. */
static void warn_of_range(struct conll *c)
{
    for (size_t i = 1; i < c->columns.n && !c->warned_range; i++) {
        bool had = c->has_key[i];
        c->has_key[i] = false;
        if (c->columns.column[i].key)
            keyed_label(c, i, c->cell[c->columns.column[i].number - 1]);
        c->warned_range = c->has_key[i];
        c->has_key[i] = had;
    }
    if (c->warned_range)
        warn("%s:%zu: a label of a range of words; labels of words alone are read", c->file, c->number);
}

/* The ids of words count 1, 2, ... in a sentence. False: 3-4 spans words that follow, 3.1 is not in the text. */
static bool check_id(struct conll *c)
{
    struct str id = c->cell[0];
    if (id.size > 0 && id.size < 10 && all_digits(id)) {
        size_t number = 0;
        for (size_t i = 0; i < id.size; i++)
            number = 10 * number + (size_t)(id.data[i] - '0');
        if (number != c->n_tokens + 1)
            conll_die(c, "the id %zu, where %zu is expected; is an empty line missing?", number, c->n_tokens + 1);
        return true;
    }
    if (id.size == 0 || *id.data < '0' || *id.data > '9')
        conll_die(c, "the id '%.*s' is not a number", (int)id.size, id.data);
    warn_of_range(c);
    return false;
}

void conll_add_row(struct conll *c)
{
    if (c->format == CONLL_2012)
        check_2012(c);
    else
        conll_check_width(c);
    if (c->format == CONLL_U && !check_id(c))
        return;
    conll_check_hash(c);
    conll_add_cells(c);
}
