/* view_row: values of a field as cells. */
#include <string.h>

#include "json/json_write.h"
#include "stream/fields.h"
#include "tags/labels.h"
#include "view/view_private.h"

static bool is_outside(const char *name)
{
    return strcmp(name, "O") == 0;
}

/* The type of B-PER is PER, that of the tags B and I is _; another name without a hyphen is a type as a whole. */
static const char *type_of(const struct label_set *labels, size_t id)
{
    const char *name = labels->name[id], *hyphen = strchr(name, '-');
    bool letter =
        !hyphen && name[0] && !name[1] && strchr("BIESLU", name[0]); /* for these alone look at all labels: it takes time */
    return hyphen ? hyphen + 1 : letter && labels_have_scheme(labels) ? "_" : name;
}

/* Types are numbered in the order in which the label set first names them, so that a type keeps its colour. */
static int style_of(const struct label_set *labels, size_t id)
{
    const char *type = type_of(labels, id);
    if (is_outside(labels->name[id]))
        return TABLE_DIM;
    int style = TABLE_TYPE;
    for (size_t i = 0; strcmp(type_of(labels, i), type) != 0; i++) {
        bool seen = is_outside(labels->name[i]);
        for (size_t k = 0; k < i && !seen; k++)
            seen = strcmp(type_of(labels, k), type_of(labels, i)) == 0;
        style += !seen;
    }
    return style;
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
        table_add(&v->table, (struct str){name, strlen(name)}, style_of(labels, (size_t)id));
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

void view_row_add(struct view *v, const struct record *record, const char *field, struct msg array, const char *what,
                  size_t first, size_t all)
{
    size_t n;
    if (!msg_array(&array, &n))
        record_die(record, "field '%s' is not an array", field);
    if (n != all)
        record_die(record, "%zu values of %s for %zu %s", n, field, all, what);
    for (size_t i = 0; i < first + v->table.n_columns; i++) {
        struct msg value = msg_value(&array);
        if (i >= first)
            view_cell_add(v, record, field, value);
    }
}
