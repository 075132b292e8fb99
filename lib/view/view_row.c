/* view_row: values of a field as cells. */
#include <string.h>

#include "json/json_write.h"
#include "stream/fields.h"
#include "tags/labels.h"
#include "text/byte_level.h"
#include "text/utf8.h"
#include "view/view_private.h"

int view_type_style(struct view *v, struct str type)
{
    if (v->palette.types.n == 0)
        palette_start(&v->palette, v->header, v->field ? v->field[0] : NULL);
    return TABLE_TYPE + (int)palette_look(&v->palette, palette_type(&v->palette, type));
}

/* Types have the colours that they have on a page. */
static int style_of(struct view *v, const struct label_set *labels, size_t id)
{
    size_t set = (size_t)(labels - v->header->label_set);
    if (!v->style)
        v->style = xcalloc(v->header->n_label_sets, sizeof *v->style);
    if (!v->style[set]) {
        bool has_scheme = labels_have_scheme(labels);
        v->style[set] = xcalloc(labels->n, sizeof **v->style);
        for (size_t i = 0; i < labels->n; i++)
            v->style[set][i] =
                strcmp(labels->name[i], "O") == 0 ? TABLE_DIM : view_type_style(v, labels_tag(labels->name[i], has_scheme).type);
    }
    return v->style[set][id];
}

void view_cell_add(struct view *v, const struct record *record, const char *field, struct msg value)
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
        const char *name = labels->name[id];
        table_add(&v->table, (struct str){name, strlen(name)}, style_of(v, labels, (size_t)id));
        return;
    }
    double real;
    if (msg_type(value) == MSG_FLOAT && msg_real(&c, &real)) {
        table_add_format(&v->table, "%.3f", real);
        return;
    }
    struct json_writer state = {0};
    v->json.n = 0;
    if (!json_write_value(&state, &v->json, value, NULL))
        record_die(record, "%s holds %s", field, state.error);
    bool none = msg_type(value) == MSG_NIL || (labels && msg_type(value) == MSG_INT); /* null, or LABEL_NONE */
    table_add(&v->table, (struct str){v->json.data, v->json.n}, none ? TABLE_DIM : TABLE_PLAIN);
}

/* The characters that the bytes of a piece make; a blank as U+2581, as other vocabularies write it. Of a character that is cut
 * the table shows the bytes: \xf0. An added token has characters that are no bytes. */
static void byte_level_add(struct view *v, struct str piece)
{
    struct buffer *text = &v->json;
    text->n = 0;
    for (size_t i = 0; i < piece.size;) {
        uint32_t code;
        i += utf8_decode(piece.data + i, &code);
        int byte = byte_level_byte(code);
        if (byte < 0) {
            table_add(&v->table, piece, TABLE_PLAIN);
            return;
        }
        char c = (char)byte;
        buffer_add(text, c == ' ' ? "\xe2\x96\x81" : &c, c == ' ' ? 3 : 1);
    }
    table_add(&v->table, (struct str){text->data, text->n}, TABLE_PLAIN);
}

void view_row_add(struct view *v, const struct record *record, const char *field, struct msg array, const char *what,
                  size_t first, size_t all)
{
    size_t n;
    if (!msg_array(&array, &n))
        record_die(record, "field '%s' is not an array", field);
    if (n != all)
        record_die(record, "%zu values of %s for %zu %s", n, field, all, what);
    bool bytes = strcmp(field, "pieces") == 0 && header_spelling(v->header) == HEADER_SPELLING_BYTE_LEVEL;
    for (size_t i = 0; i < first + v->table.n_columns; i++) {
        struct msg value = msg_value(&array);
        struct str piece;
        struct msg copy = value;
        if (i >= first && bytes && msg_str(&copy, &piece))
            byte_level_add(v, piece);
        else if (i >= first)
            view_cell_add(v, record, field, value);
    }
}
