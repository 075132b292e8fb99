/* json_write_record: a stream's records and its header as JSON. */
#include "json/json_write.h"

#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "text/list.h"

const char *const *json_write_fields(const struct reader *in, const char *list)
{
    size_t size = strlen(list), max = (size + 1) / 2, n = 0;
    const char **name = xcalloc(1, (max + 1) * sizeof *name + size + 1);
    char *copy = (char *)(name + max + 1); /* of the names, each ended by NUL */
    struct str field;
    while (list_next(&list, ',', &field)) {
        if (field.size == 0)
            continue;
        name[n] = memcpy(copy, field.data, field.size);
        reader_need(in, name[n++]);
        copy += field.size + 1;
    }
    if (n == 0)
        die_usage("the list of fields is empty");
    return name;
}

static bool is_in(const char *list, const char *name)
{
    struct str field;
    while (list_next(&list, ',', &field))
        if (str_is(field, name))
            return true;
    return false;
}

static const char *const *fields_but(const struct header *h, const char *list)
{
    const char **name = xcalloc(h->n_fields + 1, sizeof *name);
    size_t n = 0;
    if (h->any_fields)
        die("the stream's header does not list its fields, so --without cannot choose; see --fields");
    for (size_t i = 0; i < h->n_fields; i++)
        if (!is_in(list, h->field[i]))
            name[n++] = h->field[i];
    return name;
}

const char *const *json_write_chosen(const struct reader *in, const char *fields, const char *without)
{
    if (fields && without)
        die_usage("--fields or --without, not both");
    return fields ? json_write_fields(in, fields) : without ? fields_but(reader_header(in), without) : NULL;
}

static const struct label_set *names_of(const struct header *labels, struct str field)
{
    for (size_t i = 0; labels && i < labels->n_label_sets; i++)
        if (str_is(field, labels->label_set[i].field) && field_has_ids(labels->label_set[i].field))
            return &labels->label_set[i];
    return NULL;
}

void json_write_record(struct json_writer *state, struct buffer *to, const struct record *record, const char *const *chosen,
                       const struct header *labels)
{
    size_t start = to->n;
    buffer_add(to, "{", 1);
    for (size_t i = 0; chosen ? chosen[i] != NULL : i < record->n_fields; i++) {
        struct str name = chosen ? (struct str){chosen[i], strlen(chosen[i])} : record->field[i].name;
        struct msg value = chosen ? record_find(record, chosen[i]) : record->field[i].value;
        if (!value.data)
            continue;
        if (to->n > start + 1)
            buffer_add(to, ",", 1);
        if (!json_write_str(to, name))
            record_die(record, "has a field whose name is not UTF-8");
        buffer_add(to, ":", 1);
        if (!json_write_value(state, to, value, names_of(labels, name)))
            record_die(record, "field '%.*s' has no form in JSON: it holds %s", (int)name.size, name.data, state->error);
    }
    buffer_add(to, "}", 1);
}

static void put_fields(struct buffer *to, const char *const *chosen)
{
    buffer_add_string(to, "\"fields\":[");
    for (size_t i = 0; chosen[i]; i++) {
        if (i > 0)
            buffer_add(to, ",", 1);
        if (!json_write_str(to, (struct str){chosen[i], strlen(chosen[i])}))
            die("a field name that is not UTF-8");
    }
    buffer_add(to, "]", 1);
}

void json_write_header(struct json_writer *state, struct buffer *to, struct msg header, const char *const *chosen)
{
    size_t n, start = to->n;
    bool put_chosen = false;
    msg_map(&header, &n);
    buffer_add(to, "{", 1);
    for (size_t i = 0; i < n; i++) {
        struct str key;
        msg_str(&header, &key);
        struct msg value = msg_value(&header);
        if (to->n > start + 1)
            buffer_add(to, ",", 1);
        if (chosen && str_is(key, "fields")) {
            put_fields(to, chosen);
            put_chosen = true;
            continue;
        }
        state->error = "a key that is not UTF-8";
        bool good = json_write_str(to, key);
        buffer_add(to, ":", 1);
        if (!good || !json_write_value(state, to, value, NULL))
            die("the stream's header has no form in JSON: it holds %s", state->error);
    }
    if (chosen && !put_chosen) {
        buffer_add(to, ",", 1);
        put_fields(to, chosen);
    }
    buffer_add(to, "}", 1);
}
