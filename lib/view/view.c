/* view: which rows a record has. */
#include "view/view.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "stream/window_order.h"
#include "text/printable.h"

static struct str str_of(const char *text)
{
    return (struct str){text, strlen(text)};
}

static bool is_outside(const char *name)
{
    return strcmp(name, "O") == 0;
}

/* The type of B-PER is PER; a name without a hyphen is a type as a whole. */
static const char *type_of(const char *name)
{
    const char *hyphen = strchr(name, '-');
    return hyphen ? hyphen + 1 : name;
}

/* Types count in the order in which the inventory first names them, so that a type keeps its colour. */
static int style_of(const struct label_set *labels, size_t id)
{
    const char *type = type_of(labels->name[id]);
    if (is_outside(labels->name[id]))
        return TABLE_DIM;
    int style = TABLE_TYPE;
    for (size_t i = 0; strcmp(type_of(labels->name[i]), type) != 0; i++) {
        bool seen = is_outside(labels->name[i]);
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(type_of(labels->name[k]), type_of(labels->name[i])) == 0;
        style += !seen;
    }
    return style;
}

/* A value as one cell: a label's name where there is one, else the value itself. */
static void add_value(struct view *v, const struct record *record, const char *field, struct msg value)
{
    const struct label_set *labels = header_labels(v->header, field);
    struct msg c = value;
    struct str text;
    int64_t id;
    if (msg_str(&c, &text)) {
        table_add(&v->table, text, TABLE_PLAIN);
        return;
    }
    if (labels && msg_int(&c, &id) && id != LABEL_NONE) {
        if (id < 0 || (size_t)id >= labels->n)
            record_die(record, "%s has the label id %lld; the header names %zu labels", field, (long long)id, labels->n);
        table_add(&v->table, str_of(labels->name[id]), style_of(labels, (size_t)id));
        return;
    }
    double real;
    if (msg_type(value) == MSG_FLOAT && msg_real(&c, &real)) {
        char number[32];
        snprintf(number, sizeof number, "%.3f", real);
        table_add(&v->table, str_of(number), TABLE_PLAIN);
        return;
    }
    struct json_writer state = {0};
    v->json.n = 0;
    if (!json_write_value(&state, &v->json, value, NULL))
        record_die(record, "%s holds %s", field, state.error);
    bool none = msg_type(value) == MSG_NIL || (labels && msg_type(value) == MSG_INT);        /* null, or LABEL_NONE */
    table_add(&v->table, (struct str){v->json.data, v->json.n}, none ? TABLE_DIM : TABLE_PLAIN);
}

/* A row of one cell an element, from the column `first` on of all of them; `what` they are, for the message if they are not as many. */
static void add_part(struct view *v, const struct record *record, const char *field, struct msg array, const char *what,
                     size_t first, size_t all)
{
    size_t n;
    if (!msg_array(&array, &n))
        record_die(record, "field '%s' is no array", field);
    if (n != all)
        record_die(record, "%zu values of %s for %zu %s", n, field, all, what);
    for (size_t i = 0; i < first + v->table.n_columns; i++) {
        struct msg value = msg_value(&array);
        if (i >= first)
            add_value(v, record, field, value);
    }
}

static void add_row(struct view *v, const struct record *record, const char *field, struct msg array, const char *what)
{
    add_part(v, record, field, array, what, 0, v->table.n_columns);
}

/* Below the last two rows: where they differ. */
static void mark_errors(struct view *v)
{
    struct table *t = &v->table;
    size_t n = t->n_columns, gold = t->n - 2 * n, pred = t->n - n;
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        struct table_cell *g = &t->cell[gold + i], *p = &t->cell[pred + i];
        bool same = g->size == p->size && memcmp(t->text.data + g->start, t->text.data + p->start, g->size) == 0;
        p->style = same ? p->style : TABLE_ERROR;
        any |= !same;
    }
    for (size_t i = 0; any && i < n; i++) {
        struct table_cell pred_cell = t->cell[pred + i];
        char marks[64];
        size_t size = pred_cell.style != TABLE_ERROR ? 0 : pred_cell.width < sizeof marks ? pred_cell.width : sizeof marks;
        memset(marks, '^', sizeof marks);
        table_add(t, (struct str){marks, size}, TABLE_ERROR);
    }
}

/* Of a window those words that count in it, with what is between them: [*first, *first + *n). */
static void words_of_window(struct view *v, const struct record *record, size_t *first, size_t *n)
{
    struct array_ints *words = &v->sentence.ints;
    size_t count, from = *n, to = 0;
    window_order_number(record, &count);
    if (count == 1 || !record_find(record, "word_ids").data)
        return;
    record_ints(record, "word_ids", words);
    for (size_t i = 0; i < words->n; i++) {
        if (words->data[i] < 0 || (size_t)words->data[i] >= *n)
            continue;
        from = (size_t)words->data[i] < from ? (size_t)words->data[i] : from;
        to = (size_t)words->data[i] + 1;
    }
    *first = from < to ? from : 0;
    *n = to - *first;
}

static void add_window(struct buffer *to, const struct record *record)
{
    char line[64];
    size_t count, number = window_order_number(record, &count);
    snprintf(line, sizeof line, "window %zu of %zu\n", number + 1, count);
    if (count > 1)
        buffer_add_string(to, line);
}

static void view_words(struct view *v, struct buffer *to, const struct record *record)
{
    const char *gold = sentence_gold_field(v->header, record), *pred = record_find(record, "pred").data ? "pred" : NULL;
    const char *const found[] = {gold ? gold : pred, gold ? pred : NULL, NULL};
    const char *const *field = v->field ? v->field : found;
    const struct array_strs *words = &v->sentence.words;
    sentence_words(&v->sentence, record);
    size_t first = 0, n = words->n;
    words_of_window(v, record, &first, &n);
    table_clear(&v->table, n);
    for (size_t i = first; i < first + n; i++)
        table_add(&v->table, words->data[i], TABLE_PLAIN);
    for (; *field; field++) {
        struct msg value = record_find(record, *field);
        if (!value.data)
            record_die(record, "no field '%s'", *field);
        add_part(v, record, *field, value, "words", first, words->n);
    }
    if (!v->field && gold && pred)
        mark_errors(v);
    table_print(&v->table, to, v->width, v->colour);
}

static void view_pieces(struct view *v, struct buffer *to, const struct record *record)
{
    static const char *const row[] = {"word_ids", "labels"};
    const char *first = record_find(record, "pieces").data ? "pieces" : "input_ids";
    struct msg value = record_find(record, first), c = value;
    size_t n;
    if (!value.data || !msg_array(&c, &n))
        record_die(record, "no pieces to show; run wptok first");
    table_clear(&v->table, n);
    add_row(v, record, first, value, "pieces");
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if ((value = record_find(record, row[i])).data)
            add_row(v, record, row[i], value, "pieces");
    for (const char *const *field = v->field; field && *field; field++)
        add_row(v, record, *field, record_find(record, *field), "pieces");
    table_print(&v->table, to, v->width, v->colour);
}

/* A line an entity: type, score, word, and where it stands in the text. */
static void view_entities(struct view *v, struct buffer *to, const struct record *record)
{
    static const char *const key[] = {"entity_group", "score", "word"};
    struct msg list = record_find(record, "entities");
    size_t n, n_keys;
    if (!msg_array(&list, &n))
        record_die(record, "field 'entities' is no array");
    table_clear(&v->table, 5);
    for (size_t i = 0; i < n; i++) {
        struct msg entity = msg_value(&list), found[5] = {{0}}, c = entity;
        if (!msg_map(&c, &n_keys))
            record_die(record, "entities[%zu] is no map", i);
        while (n_keys-- > 0) {
            struct str name;
            if (!msg_str(&c, &name))
                record_die(record, "entities[%zu] has a key that is no string", i);
            struct msg value = msg_value(&c);
            for (size_t k = 0; k < 3; k++)
                if (str_is(name, key[k]))
                    found[k] = value;
            if (str_is(name, "entity"))
                found[0] = value;
            if (str_is(name, "start"))
                found[3] = value;
            if (str_is(name, "end"))
                found[4] = value;
        }
        for (size_t k = 0; k < 5; k++)
            if (found[k].data)
                add_value(v, record, "entities", found[k]);
            else
                table_add(&v->table, str_of("-"), TABLE_DIM);
    }
    table_print(&v->table, to, 0, v->colour);
}

static bool is_rows(struct msg value, size_t *n)
{
    return msg_array(&value, n) && *n > 0 && msg_type(value) == MSG_ARRAY;
}

/* Whatever is neither words nor text, such as a training step: names and values in a line, but for rows (a batch's). */
static void view_pairs(struct view *v, struct buffer *to, const struct record *record)
{
    size_t start = to->n, n;
    for (size_t i = 0; i < record->n_fields; i++) {
        if (is_rows(record->field[i].value, &n))
            continue;
        if (to->n > start)
            buffer_add(to, "  ", 2);
        printable_add(to, record->field[i].name);
        buffer_add(to, " ", 1);
        struct json_writer state = {0};
        v->json.n = 0;
        if (!json_write_value(&state, &v->json, record->field[i].value, NULL))
            record_die(record, "holds %s", state.error);
        printable_add(to, (struct str){v->json.data, v->json.n});
    }
    buffer_add(to, "\n", 1);
}

/* Sentence by sentence, each field that has a row for it. */
static void view_batch(struct view *v, struct buffer *to, const struct record *record)
{
    struct msg ids = record_find(record, "input_ids");
    size_t n_sentences, n, n_columns;
    view_pairs(v, to, record);
    if (!is_rows(ids, &n_sentences))
        record_die(record, "field 'input_ids' is no array of arrays");
    for (size_t s = 0; s < n_sentences; s++) {
        table_clear(&v->table, 0);
        for (size_t i = 0; i < record->n_fields; i++) {
            struct msg rows = record->field[i].value, row = {0};
            if (!is_rows(rows, &n) || n != n_sentences)
                continue;
            msg_array(&rows, &n);
            for (size_t k = 0; k <= s; k++)
                row = msg_value(&rows);
            struct msg c = row;
            if (v->table.n_columns == 0 && msg_array(&c, &n_columns))
                table_clear(&v->table, n_columns);
            char *field = xstrndup(record->field[i].name.data, record->field[i].name.size);
            add_row(v, record, field, row, "pieces");
            free(field);
        }
        table_print(&v->table, to, v->width, v->colour);
    }
}

void view_record(struct view *v, struct buffer *to, const struct record *record)
{
    bool words = msg_type(record_find(record, "tokens")) == MSG_ARRAY, text = record_find(record, "text").data != NULL;
    bool entities = record_find(record, "entities").data != NULL, tags = v->field || record_find(record, "pred").data;
    add_window(to, record);
    if (strcmp(v->header->kind, "batch") == 0)
        view_batch(v, to, record);
    else if (v->pieces)
        view_pieces(v, to, record);
    else if (words || (text && tags && !entities && record_find(record, "offsets").data))
        view_words(v, to, record);
    else if (text) {
        printable_add(to, record_str(record, "text"));
        buffer_add(to, "\n", 1);
    } else
        view_pairs(v, to, record);
    if (entities)
        view_entities(v, to, record);
}

void view_free(struct view *v)
{
    table_free(&v->table);
    sentence_free(&v->sentence);
    free(v->json.data);
}
