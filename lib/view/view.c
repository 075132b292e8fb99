/* view: what is shown of a record. */
#include "view/view.h"

#include <stdlib.h>
#include <string.h>

#include "json/json_write.h"
#include "stream/window_order.h"
#include "text/printable.h"
#include "view/view_private.h"
#include "tags/entities.h"

static void view_pieces(struct view *v, struct buffer *to, const struct record *record)
{
    static const char *const row[] = {"word_ids", "labels"};
    const char *first = record_find(record, "pieces").data ? "pieces" : "input_ids";
    struct msg value = record_find(record, first), c = value;
    size_t n;
    if (!value.data || !msg_array(&c, &n))
        record_die(record, "no pieces to show; run wptok first");
    table_clear(&v->table, n);
    view_row_add(v, record, first, value, "pieces", 0, n);
    for (size_t i = 0; i < sizeof row / sizeof *row; i++)
        if ((value = record_find(record, row[i])).data)
            view_row_add(v, record, row[i], value, "pieces", 0, n);
    for (const char *const *field = v->field; field && *field; field++)
        view_row_add(v, record, *field, record_find(record, *field), "pieces", 0, n);
    table_print(&v->table, to, v->width, v->colour);
}

/* The text of each entity, as it was given: their `word` is what the tokenizer has left of it. False: there is no text. */
static bool entity_texts(struct view *v, const struct record *record)
{
    struct sentence *s = &v->sentence;
    if (!sentence_words(s, record))
        return false;
    s->every = true;
    sentence_entities(s, v->header, NULL, NULL, record);
    return true;
}

/* A line an entity: type, score, text, and where it stands. */
static void view_entities(struct view *v, struct buffer *to, const struct record *record)
{
    struct msg list = record_find(record, "entities");
    size_t n;
    if (!msg_array(&list, &n))
        record_die(record, "field 'entities' is not an array");
    bool has_text = entity_texts(v, record);
    table_clear(&v->table, 5);
    for (size_t i = 0; i < n; i++) {
        struct entities_map map = entities_map_read(record, i, msg_value(&list));
        const struct msg found[] = {map.type, map.score, map.word, map.start, map.end};
        const struct entity *e = has_text ? &v->sentence.pred.data[i] : NULL;
        struct msg type = map.type;
        struct str name;
        for (size_t k = 0; k < 5; k++)
            if (k == 0 && type.data && msg_str(&type, &name))
                table_add(&v->table, name, view_type_style(v, e ? e->type : name));
            else if (k == 2 && e)
                table_add(&v->table, (struct str){v->sentence.text.data + e->start, e->end - e->start}, TABLE_PLAIN);
            else if (found[k].data)
                view_cell_add(v, record, "entities", found[k]);
            else
                table_add(&v->table, (struct str){"-", 1}, TABLE_DIM);
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
    struct msg rest[RECORD_FIELDS_MAX]; /* of each field the rows of the sentences to come, if it has a row for each */
    size_t n_sentences, n, n_columns;
    view_pairs(v, to, record);
    if (!is_rows(ids, &n_sentences))
        record_die(record, "field 'input_ids' is not an array of arrays");
    for (size_t i = 0; i < record->n_fields; i++) {
        rest[i] = record->field[i].value;
        if (!is_rows(rest[i], &n) || n != n_sentences)
            rest[i].data = NULL;
        else
            msg_array(&rest[i], &n);
    }
    for (size_t s = 0; s < n_sentences; s++) {
        table_clear(&v->table, 0);
        for (size_t i = 0; i < record->n_fields; i++) {
            if (!rest[i].data)
                continue;
            struct msg row = msg_value(&rest[i]), c = row;
            if (v->table.n_columns == 0 && msg_array(&c, &n_columns))
                table_clear(&v->table, n_columns);
            char *field = xstrndup(record->field[i].name.data, record->field[i].name.size);
            view_row_add(v, record, field, row, "pieces", 0, v->table.n_columns);
            free(field);
        }
        table_print(&v->table, to, v->width, v->colour);
    }
}

static void add_window(struct buffer *to, const struct record *record)
{
    size_t count, number = window_order_number(record, &count);
    if (count > 1)
        buffer_format(to, "window %zu of %zu\n", number + 1, count);
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
    palette_free(&v->palette);
    for (size_t i = 0; v->style && i < v->header->n_label_sets; i++)
        free(v->style[i]);
    free(v->style);
}
