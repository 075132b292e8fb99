/* conll_write: sentences as rows of columns. */
#include "corpus/conll_private.h"
#include "corpus/conll_write.h"

#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "tags/labels.h"
#include "tags/scheme.h"
#include "text/utf8.h"

struct conll_writer_column {
    const char *field;
    const struct label_set *labels; /* NULL: values as they are */
    enum scheme from;
    struct tag *tag; /* [label] parsed, if the tags are converted */
    /* of the record at hand */
    struct msg values; /* those that are still to be written */
    struct array_ints ids;
    struct tag *out;
    size_t out_room; /* [word] converted */
};

struct conll_writer {
    size_t n;
    const char *const *field; /* the names of the columns, ended by NULL */
    struct conll_writer_column *column;
    char separator;
    enum scheme to;
    size_t n_invalid;
    struct scheme_transitions invalid;
    bool documents, begun;
    int64_t doc;
    struct tag *now;
    size_t now_room;
};

struct conll_writer *conll_writer_new(const struct reader *in, const char *fields, char separator)
{
    struct conll_writer *w = xcalloc(1, sizeof *w);
    w->field = json_write_fields(in, fields);
    while (w->field[w->n])
        w->n++;
    w->column = xcalloc(w->n, sizeof *w->column);
    for (size_t i = 0; i < w->n; i++)
        w->column[i] =
            (struct conll_writer_column){.field = w->field[i], .labels = header_labels(reader_header(in), w->field[i])};
    w->separator = separator;
    return w;
}

/* The label names as tags; false, and *misfit, if one is not a tag of the scheme. */
static bool parse_labels(struct conll_writer_column *c, const char **misfit)
{
    c->tag = xcalloc(c->labels->n, sizeof *c->tag);
    for (size_t i = 0; i < c->labels->n; i++)
        if (!scheme_parse(c->from, str_of(c->labels->name[i]), &c->tag[i])) {
            *misfit = c->labels->name[i];
            free(c->tag);
            c->tag = NULL;
            return false;
        }
    return true;
}

void conll_writer_convert(struct conll_writer *w, int from, enum scheme to)
{
    bool any = false;
    w->to = to;
    for (size_t i = 0; i < w->n; i++) {
        struct conll_writer_column *c = &w->column[i];
        const char *misfit;
        if (!c->labels)
            continue;
        c->from = from < 0 ? scheme_guess(c->labels) : (enum scheme)from;
        if (parse_labels(c, &misfit))
            any = true;
        else if (field_has_entities(c->field) || labels_have_types(c->labels))
            die("the label '%s' of %s is not a tag of %s; see --from", misfit, c->field, scheme_name(c->from));
    }
    if (!any)
        die("no column has tags of a scheme");
}

void conll_writer_documents(struct conll_writer *w)
{
    w->documents = true;
}

size_t conll_writer_invalid(const struct conll_writer *w)
{
    return w->n_invalid;
}

/* ---- one record ---- */

static void convert(struct conll_writer *w, struct conll_writer_column *c, const struct record *r)
{
    size_t n = c->ids.n;
    GROW(w->now, w->now_room, n);
    GROW(c->out, c->out_room, n);
    for (size_t i = 0; i < n; i++)
        w->now[i] = c->tag[c->ids.data[i]];
    size_t shown = w->n_invalid;
    w->n_invalid += scheme_convert(c->from, w->to, n, w->now, c->out, &w->invalid);
    char text[SCHEME_TEXT_SIZE];
    for (size_t i = 0; i < w->invalid.n && shown < SCHEME_SHOWN; i++, shown++)
        warn("%s: %s[%zu]: %s", record_name(r), c->field, w->invalid.data[i].position,
             scheme_transition_text(text, c->from, n, w->now, w->invalid.data[i]));
}

/* Take a column's values out of the record; returns how many there are. */
static size_t load(struct conll_writer *w, struct conll_writer_column *c, const struct record *r)
{
    size_t n;
    if (c->labels) {
        record_tags(r, c->labels, &c->ids);
        if (c->tag)
            convert(w, c, r);
        return c->ids.n;
    }
    c->values = record_find(r, c->field);
    if (!c->values.data)
        record_die(r, "no field '%s'", c->field);
    if (!msg_array(&c->values, &n))
        record_die(r, "field '%s' is not an array", c->field);
    return n;
}

/* Why a value cannot be written in a column; NULL if it can. */
static const char *misfit(const struct conll_writer *w, size_t column, struct str s)
{
    bool is_last = column + 1 == w->n, takes_blanks = w->separator == '\t' && w->n > 1;
    if (s.size == 0)
        return "is empty";
    if (column == 0 && conll_is_docstart(s))
        return "would begin a document";
    if (column == 0 && s.size >= 3 && memcmp(s.data, "\xef\xbb\xbf", 3) == 0)
        return "begins with a byte order mark";
    for (size_t i = 0; i < s.size; i++) {
        if (s.data[i] == '\n' || s.data[i] == '\r' || s.data[i] == '\t' || s.data[i] == 0)
            return "holds a tab, the end of a line or a NUL";
        if (s.data[i] == ' ' && !takes_blanks)
            return w->n > 1 ? "holds a blank; see --separator tab" : "holds a blank";
    }
    return is_last && s.data[s.size - 1] == ' ' ? "ends with a blank" : NULL;
}

static void put_cell(struct conll_writer *w, struct conll_writer_column *c, struct buffer *to, const struct record *r,
                     size_t word)
{
    size_t start = to->n;
    struct str s;
    if (c->tag)
        tag_add(to, c->out[word]);
    else if (c->labels)
        buffer_add_string(to, c->labels->name[c->ids.data[word]]);
    else if (msg_str(&c->values, &s)) {
        record_check_text(r, c->field, word, s);
        buffer_add(to, s.data, s.size);
    } else {
        struct json_writer state = {0};
        enum msg_type type = msg_type(c->values);
        if ((type != MSG_INT && type != MSG_FLOAT) || !json_write_value(&state, to, msg_value(&c->values), NULL))
            record_die(r, "%s[%zu] is %s, which has no form as a column", c->field, word, msg_type_name(type));
    }
    s = (struct str){to->data + start, to->n - start};
    const char *why = misfit(w, (size_t)(c - w->column), s);
    if (why)
        record_die(r, "%s[%zu], '%.*s', %s: it cannot be a column", c->field, word, (int)utf8_floor(s.data, s.size, 200), s.data,
                   why);
}

/* -DOCSTART- -X- -X- O */
static void put_document(struct conll_writer *w, struct buffer *to, const struct record *r)
{
    struct msg value = record_find(r, "doc");
    int64_t doc;
    if (!value.data || !msg_int(&value, &doc))
        record_die(r, "no number of a document in 'doc'; run conll2msg first");
    if (w->begun && doc == w->doc)
        return;
    w->begun = true;
    w->doc = doc;
    buffer_add_string(to, "-DOCSTART-");
    for (size_t i = 1; i < w->n; i++) {
        bool outside = strcmp(w->column[i].field, "ner_tags") == 0 || strcmp(w->column[i].field, "pred") == 0;
        buffer_add(to, &w->separator, 1);
        buffer_add_string(to, outside ? "O" : "-X-");
    }
    buffer_add_string(to, "\n\n");
}

void conll_write(struct conll_writer *w, struct buffer *to, const struct record *r)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++) {
        size_t has = load(w, &w->column[i], r);
        if (i > 0 && has != n)
            record_die(r, "%zu %s, but %zu %s", n, w->column[0].field, has, w->column[i].field);
        n = has;
    }
    if (n == 0)
        return;
    if (w->documents)
        put_document(w, to, r);
    size_t start = to->n;
    for (size_t word = 0; word < n; word++) {
        for (size_t i = 0; i < w->n; i++) {
            if (i > 0)
                buffer_add(to, &w->separator, 1);
            put_cell(w, &w->column[i], to, r, word);
        }
        struct str row = {to->data + start, to->n - start};
        if (*row.data == '#' && conll_comment_says(row))
            record_die(r, "word %zu, '%.*s', would be read as a comment: it cannot be a row", word,
                       (int)(row.size < 100 ? row.size : 100), row.data);
        buffer_add(to, "\n", 1);
        start = to->n;
    }
    buffer_add(to, "\n", 1);
}

void conll_writer_free(struct conll_writer *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < w->n; i++) {
        free(w->column[i].tag);
        free(w->column[i].ids.data);
        free(w->column[i].out);
    }
    free(w->column);
    free((void *)w->field);
    free(w->invalid.data);
    free(w->now);
    free(w);
}
