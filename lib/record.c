/* record: one map of a stream, its fields by name, and its name in messages. */
#include "stream.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void record_index(struct record *record, uint64_t number, struct msg bytes)
{
    uint32_t mark[RECORD_MARKS];
    struct scan scan = {.mark = mark, .marks_max = RECORD_MARKS};
    msg_scan_more(&scan, bytes.at, bytes.end);
    record_index_marked(record, number, bytes, mark);
}

void record_index_marked(struct record *record, uint64_t number, struct msg bytes, const uint32_t *mark)
{
    record->number = number;
    record->bytes = bytes;
    record->n_fields = 0;
    struct msg c = bytes;
    size_t n;
    if (!msg_map(&c, &n))
        record_die(record, "is no map but %s", msg_type_name(msg_type(c)));
    if (n > RECORD_FIELDS_MAX)
        record_die(record, "has %zu fields; at most %d are allowed", n, RECORD_FIELDS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct field *f = &record->field[i];
        c.at = bytes.at + mark[2 * i];
        if (!msg_str(&c, &f->name))
            record_die(record, "has a field whose name is no string");
        f->value = (struct msg){c.at, i + 1 < n ? bytes.at + mark[2 * i + 2] : bytes.end};
        for (size_t k = 0; k < i; k++)
            if (record->field[k].name.size == f->name.size && memcmp(record->field[k].name.at, f->name.at, f->name.size) == 0)
                record_die(record, "has the field '%.*s' twice", (int)f->name.size, f->name.at);
        record->n_fields = i + 1;
    }
}

struct msg record_find(const struct record *record, const char *field)
{
    for (size_t i = 0; i < record->n_fields; i++)
        if (str_is(record->field[i].name, field))
            return record->field[i].value;
    return (struct msg){0};
}

const char *record_name(const struct record *record)
{
    static char text[160];
    struct msg id = record_find(record, "id");
    int64_t number;
    struct str name;
    if (id.at && msg_int(&id, &number))
        snprintf(text, sizeof text, "record %llu (id %lld)", (unsigned long long)record->number, (long long)number);
    else if (id.at && msg_str(&id, &name))
        snprintf(text, sizeof text, "record %llu (id %.*s)", (unsigned long long)record->number,
                 (int)(name.size < 100 ? name.size : 100), name.at);
    else
        snprintf(text, sizeof text, "record %llu", (unsigned long long)record->number);
    return text;
}

void record_die(const struct record *record, const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    die("%s: %s", record_name(record), text);
}
