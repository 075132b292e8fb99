/* window_fields: what a window does not repeat of its sentence. */
#include "stream/window_fields.h"

#include "stream/fields.h"
#include "stream/pack.h"
#include "stream/window_order.h"

static bool same_value(struct msg a, struct msg b)
{
    size_t size = (size_t)(a.end - a.data);
    return size == (size_t)(b.end - b.data) && (size == 0 || memcmp(a.data, b.data, size) == 0);
}

static bool is_by_piece(struct str name)
{
    const char *field;
    for (size_t i = 0; (field = field_by_piece(i)); i++)
        if (str_is(name, field))
            return true;
    return str_is(name, "loss"); /* of the pieces */
}

static void keep(struct window_fields *w, const struct record *record, size_t count)
{
    w->bytes.n = 0;
    pack_raw(&w->bytes, record->bytes);
    record_index(&w->first, record->number, packed_msg(&w->bytes));
    w->count = count;
}

void window_fields_find(struct window_fields *w, struct record *record)
{
    size_t count, number;
    bool is_window = window_order_parse(record, &number, &count) && count > 1;
    if (!is_window) {
        w->count = 0;
        return;
    }
    if (number == 0)
        keep(w, record, count);
    else if (count == w->count && same_value(record_find(record, "id"), record_find(&w->first, "id")))
        window_fields_inherit(record, &w->first);
    else
        w->count = 0;
}

void window_fields_inherit(struct record *record, const struct record *first)
{
    size_t n = record->n_fields;
    for (size_t i = 0; i < first->n_fields && n < RECORD_FIELDS_MAX; i++) {
        const struct record_field *f = &first->field[i];
        bool has = is_by_piece(f->name);
        for (size_t k = 0; !has && k < record->n_fields; k++)
            has = str_equal(f->name, record->field[k].name);
        if (!has)
            record->field[n++] = *f;
    }
    record->n_inherited = n - record->n_fields;
}

struct msg window_fields_inherited(const struct record *record, struct buffer *to)
{
    to->n = 0;
    pack_map(to, record->n_inherited);
    for (size_t i = record->n_fields; i < record->n_fields + record->n_inherited; i++) {
        pack_str(to, record->field[i].name);
        pack_raw(to, record->field[i].value);
    }
    return packed_msg(to);
}

struct record window_fields_least(const struct record *record, struct buffer *to)
{
    static const char *const name[] = {"id", "doc"};
    struct msg value[] = {record_find(record, name[0]), record_find(record, name[1])};
    struct record least;
    to->n = 0;
    pack_map(to, (size_t)(value[0].data != NULL) + (value[1].data != NULL));
    for (size_t i = 0; i < sizeof name / sizeof *name; i++)
        if (value[i].data) {
            pack_string(to, name[i]);
            pack_raw(to, value[i]);
        }
    record_index(&least, record->number, packed_msg(to));
    return least;
}
