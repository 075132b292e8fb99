/* conll_write: sentences as rows of columns. */
#include "corpus/conll_private.h"
#include "corpus/conll_write.h"

#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "tags/labels.h"
#include "tags/rewrite.h"
#include "text/utf8.h"

struct conll_writer_column {
    const char *field;
    const struct label_set *labels; /* NULL: values as they are */
    bool converts;
    struct rewriter rewriter; /* if the tags are converted: then the labels are those that it makes */
    /* of the record at hand */
    struct msg values; /* those that are still to be written */
    struct array_ints ids;
};

struct conll_writer {
    size_t n;
    const char *const *field; /* the names of the columns, ended by NULL */
    struct conll_writer_column *column;
    char separator;
    bool documents, begun;
    int64_t doc;
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

void conll_writer_convert(struct conll_writer *w, int from, enum scheme to)
{
    bool any = false;
    for (size_t i = 0; i < w->n; i++) {
        struct conll_writer_column *c = &w->column[i];
        if (!c->labels)
            continue;
        enum scheme scheme = from < 0 ? scheme_guess(c->labels) : (enum scheme)from;
        const char *misfit = rewrite_misfit(c->labels, scheme);
        if (misfit && (field_has_entities(c->field) || labels_have_types(c->labels)))
            die("the label '%s' of %s is not a tag of %s; see --from", misfit, c->field, scheme_name(scheme));
        if (misfit)
            continue;
        any = c->converts = true;
        c->rewriter = rewriter_new(c->labels, &(struct rewrite_options){.from = (int)scheme, .to = (int)to, .repairs = true});
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
    size_t n = 0;
    for (size_t i = 0; i < w->n; i++)
        n += w->column[i].rewriter.n_invalid;
    return n;
}

/* ---- one record ---- */

/* Take a column's values out of the record; returns how many there are. */
static size_t load(struct conll_writer_column *c, const struct record *r)
{
    size_t n;
    if (c->labels) {
        record_tags(r, c->labels, &c->ids);
        if (c->converts)
            rewriter_record(&c->rewriter, r, c->ids.n, c->ids.data);
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
    if (c->labels)
        buffer_add_string(to, (c->converts ? &c->rewriter.out : c->labels)->name[c->ids.data[word]]);
    else if (msg_str(&c->values, &s))
        buffer_add(to, s.data, s.size);
    else {
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
        size_t has = load(&w->column[i], r);
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
        rewriter_free(&w->column[i].rewriter);
        free(w->column[i].ids.data);
    }
    free(w->column);
    free((void *)w->field);
    free(w);
}
