/* record: one map of a stream, its fields by name, and its name in messages. */
#include "stream/record.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "text/printable.h"
#include "text/utf8.h"

void record_index(struct record *record, uint64_t number, struct msg bytes)
{
    uint32_t mark[RECORD_MARKS];
    struct msg_scan scan = {.mark = mark, .marks_max = RECORD_MARKS};
    msg_scan_more(&scan, bytes.data, bytes.end);
    record_index_marked(record, number, bytes, mark);
}

void record_index_marked(struct record *record, uint64_t number, struct msg bytes, const uint32_t *mark)
{
    record->number = number;
    record->bytes = bytes;
    record->n_fields = record->n_inherited = 0;
    struct msg c = bytes;
    size_t n;
    if (!msg_map(&c, &n))
        record_die(record, "is not a map but %s", msg_type_name(msg_type(c)));
    if (n > RECORD_FIELDS_MAX)
        record_die(record, "has %zu fields; at most %d are allowed", n, RECORD_FIELDS_MAX);
    for (size_t i = 0; i < n; i++) {
        struct record_field *f = &record->field[i];
        c.data = bytes.data + mark[2 * i];
        if (!msg_str(&c, &f->name))
            record_die(record, "has a field whose name is not a string");
        if (!utf8_is_valid(f->name.data, f->name.size))
            record_die(record, "has a field whose name is not UTF-8");
        f->value = (struct msg){c.data, i + 1 < n ? bytes.data + mark[2 * i + 2] : bytes.end};
        for (size_t k = 0; k < i; k++)
            if (record->field[k].name.size == f->name.size && memcmp(record->field[k].name.data, f->name.data, f->name.size) == 0)
                record_die(record, "has the field '%.*s' twice", (int)f->name.size, f->name.data);
        record->n_fields = i + 1;
    }
}

struct msg record_find(const struct record *record, const char *field)
{
    for (size_t i = 0; i < record->n_fields + record->n_inherited; i++)
        if (str_is(record->field[i].name, field))
            return record->field[i].value;
    return (struct msg){0};
}

/* At most 100 bytes of the id, cut before a character, and as a terminal may show them. */
static void name_with_text(char *text, size_t size, uint64_t number, struct str id)
{
    enum { SHOWN = 100 };
    struct buffer shown = {0};
    printable_add(&shown, id);
    snprintf(text, size, "record %llu (id %.*s)", (unsigned long long)number, (int)utf8_floor(shown.data, shown.n, SHOWN),
             shown.data);
    free(shown.data);
}

const char *record_name(const struct record *record)
{
    static char text[160]; /* one message at a time */
    struct msg id = record_find(record, "id");
    int64_t number;
    struct str name;
    if (id.data && msg_int(&id, &number))
        snprintf(text, sizeof text, "record %llu (id %lld)", (unsigned long long)record->number, (long long)number);
    else if (id.data && msg_str(&id, &name))
        name_with_text(text, sizeof text, record->number, name);
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

/* "invalid UTF-8 at byte 2" of a string; SIZE_MAX is asked for no number. */
static void check_string(const struct record *record, struct str field, size_t number, struct msg value)
{
    struct str text;
    size_t bad;
    if (!msg_str(&value, &text) || (bad = utf8_invalid_at(text.data, text.size)) == text.size)
        return;
    if (number == SIZE_MAX)
        record_die(record, "%.*s: invalid UTF-8 at byte %zu", (int)field.size, field.data, bad);
    record_die(record, "%.*s[%zu]: invalid UTF-8 at byte %zu", (int)field.size, field.data, number, bad);
}

void record_die_of_bad_text(const struct record *record)
{
    for (const struct record_field *f = record->field; f < record->field + record->n_fields; f++) {
        struct msg list = f->value;
        size_t n = 0;
        check_string(record, f->name, SIZE_MAX, f->value);
        msg_array(&list, &n);
        for (size_t i = 0; i < n; i++)
            check_string(record, f->name, i, msg_value(&list));
        if (msg_has_bad_text(f->value))
            record_die(record, "%.*s holds a string that is not UTF-8", (int)f->name.size, f->name.data);
    }
    record_die(record, "holds a string that is not UTF-8");
}

/* ---- fields ---- */

static _Noreturn void die_of_missing(const struct record *record, const char *field)
{
    struct str has[RECORD_FIELDS_MAX];
    for (size_t i = 0; i < record->n_fields; i++)
        has[i] = record->field[i].name;
    record_die(record, "no field '%s'%s", field, field_advice(field, record->n_fields, has));
}

static struct msg need(const struct record *record, const char *field)
{
    struct msg value = record_find(record, field);
    if (!value.data)
        die_of_missing(record, field);
    return value;
}

void record_ints(const struct record *record, const char *field, struct array_ints *out)
{
    if (!msg_ints(need(record, field), out))
        record_die(record, "field '%s' is not an array of 32 bit integers", field);
}

void record_strs(const struct record *record, const char *field, struct array_strs *out)
{
    if (!msg_strs(need(record, field), out))
        record_die(record, "field '%s' is not an array of strings", field);
}

struct str record_str(const struct record *record, const char *field)
{
    struct msg value = need(record, field);
    struct str text;
    if (!msg_str(&value, &text))
        record_die(record, "field '%s' is not a string", field);
    return text;
}

void record_ragged(const struct record *record, const char *field, struct array_ints *out, struct array_sizes *start)
{
    if (!msg_ragged(need(record, field), out, start))
        record_die(record, "field '%s' is not an array of arrays of 32 bit integers", field);
}

void record_pairs(const struct record *record, const char *field, size_t n, struct array_ints *out)
{
    struct msg list = need(record, field);
    size_t rows, size;
    if (!msg_array(&list, &rows) || rows != n)
        record_die(record, "field '%s' is not an array of %zu pairs", field, n);
    GROW(out->data, out->room, 2 * n + 1);
    for (out->n = 0; out->n < 2 * n; out->n += 2) {
        int64_t start = -1, end = -1;
        bool good = msg_array(&list, &size) && size == 2 && msg_int(&list, &start) && msg_int(&list, &end);
        if (!good || start < 0 || start > end || end > INT32_MAX)
            record_die(record, "%s[%zu] is not a start and an end", field, out->n / 2);
        out->data[out->n] = (int32_t)start;
        out->data[out->n + 1] = (int32_t)end;
    }
}

void record_matrix(const struct record *record, const char *field, struct array_floats *out, size_t *rows, size_t *columns)
{
    if (!msg_matrix(need(record, field), out, rows, columns))
        record_die(record, "field '%s' is not an array of equally long arrays of numbers", field);
    float poison = 0; /* NaN as soon as one of them is not finite */
    for (size_t i = 0; i < out->n; i++)
        poison += out->data[i] * 0;
    for (size_t i = 0; poison != 0 && i < out->n; i++)
        if (!isfinite(out->data[i]))
            record_die(record, "%s[%zu][%zu] is %s", field, i / *columns, i % *columns,
                       isnan(out->data[i]) ? "not a number (NaN)" : "infinite");
}

double record_number(const struct record *record, const char *field, size_t number, struct msg value)
{
    double x;
    if (!msg_real(&value, &x) || !isfinite(x))
        record_die(record, "%s[%zu] has a score that is not a finite number", field, number);
    return x;
}

void record_word_ids(const struct record *record, struct array_ints *out)
{
    struct msg tokens = record_find(record, "tokens");
    size_t limit = (size_t)(record->bytes.end - record->bytes.data);
    bool counted = msg_array(&tokens, &limit);
    record_ints(record, "word_ids", out);
    for (size_t i = 0; i < out->n; i++)
        if (out->data[i] != MSG_INT_NIL && (out->data[i] < 0 || (size_t)out->data[i] >= limit))
            record_die(record, counted ? "word id %d of %zu words" : "word id %d, in a record of %zu bytes", out->data[i], limit);
}

void record_tags(const struct record *record, const struct label_set *labels, struct array_ints *out)
{
    record_ints(record, labels->field, out);
    bool outside = false;
    for (size_t i = 0; i < out->n; i++)
        outside |= (uint32_t)out->data[i] >= labels->n;
    for (size_t i = 0; outside && i < out->n; i++)
        if (out->data[i] < 0 || (size_t)out->data[i] >= labels->n)
            record_die(record, "%s[%zu] is %d; the header names %zu labels%s", labels->field, i, out->data[i], labels->n,
                       field_label_advice(out->data[i]));
}
