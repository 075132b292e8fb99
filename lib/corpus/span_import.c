/* span_import: what a record is, and what becomes of it. */
#include "corpus/span_import.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "stream/pack.h"
#include "stream/record.h"
#include "text/printable.h"
#include "text/utf8.h"

/* ---- what it is ---- */

/* Dies with the line, and with the record's id where it has one. */
_Noreturn static void refuse(const struct span_import *im, const struct record *r, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
_Noreturn static void refuse(const struct span_import *im, const struct record *r, const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    struct msg id = record_find(r, "id");
    int64_t number;
    struct str name;
    if (id.data && msg_int(&id, &number))
        lines_die(im->lines, "id %lld: %s", (long long)number, text);
    if (id.data && msg_str(&id, &name) && name.size > 0)
        lines_die(im->lines, "id %.*s: %s", (int)(name.size < 100 ? name.size : 100), name.data, text);
    lines_die(im->lines, "%s", text);
}

/* Dies if the whole file is one object, with the records in it. */
static void refuse_nested(const struct span_import *im, const struct record *r)
{
    struct str field;
    const char *path = span_find_nested(r, &field);
    if (path)
        refuse(im, r, "has the records in '%.*s'; jq -c '.%.*s[]%s' makes lines of them", (int)field.size, field.data,
               (int)field.size, field.data, path);
}

static enum span_kind kind_of(struct span_import *im, const struct record *r, struct span_place *place)
{
    if (im->none)
        return SPAN_ORDINARY;
    if (im->kind == SPAN_UNDECIDED && !im->text && !record_find(r, "tokens").data && !record_find(r, "text").data)
        refuse_nested(im, r);
    *place = span_find(r);
    if (im->field)
        return span_is_task(r) ? SPAN_TASKS : SPAN_RECORDS;
    switch (place->found) {
    case SPAN_FOUND_NONE: return SPAN_ORDINARY;
    case SPAN_FOUND_UNREAD: return SPAN_ORDINARY;
    case SPAN_FOUND_UNKNOWN: return SPAN_UNDECIDED;
    case SPAN_FOUND_TASK: return SPAN_TASKS;
    default: return SPAN_RECORDS;
    }
}

enum span_kind span_import_kind(struct span_import *im, const struct record *r)
{
    struct span_place place = {0};
    enum span_kind kind = kind_of(im, r, &place);
    if (im->kind == SPAN_UNDECIDED)
        im->kind = kind;
    if (kind == im->kind) {
        if (place.found == SPAN_FOUND_UNREAD && kind == SPAN_ORDINARY && !im->unread)
            im->unread = xstrndup(r->field[place.number].name.data, r->field[place.number].name.size);
        return kind;
    }
    if (im->kind == SPAN_ORDINARY && kind != SPAN_UNDECIDED) {
        struct str name = kind == SPAN_TASKS ? str_of("annotations") : r->field[place.number == SIZE_MAX ? 0 : place.number].name;
        if (kind == SPAN_RECORDS && place.number == SIZE_MAX)
            name = str_of("spans");
        refuse(im, r, "has spans in '%.*s', and the first record has none; --spans %.*s reads them in all records",
               (int)name.size, name.data, (int)name.size, name.data);
    }
    if (im->kind == SPAN_TASKS || kind == SPAN_TASKS)
        refuse(im, r, "%s a task of Label Studio, and the first record %s", kind == SPAN_TASKS ? "is" : "is not",
               kind == SPAN_TASKS ? "is not" : "is one");
    return im->kind;
}

/* ---- its spans ---- */

/* The number of the field with the spans; SIZE_MAX: it has none. */
static size_t find_field(struct span_import *im, const struct record *r)
{
    static const char *const usual[] = {"spans", "ents", "entities", "label", "labels"};
    const char *name = im->field ? im->field : im->found;
    struct span_place place = span_find(r);
    if (!im->field && place.found == SPAN_FOUND_SEVERAL)
        refuse(im, r, "has spans in '%.*s' and in '%.*s'; --spans says which to read", (int)r->field[place.number].name.size,
               r->field[place.number].name.data, (int)r->field[place.other].name.size, r->field[place.other].name.data);
    if (!name && place.found == SPAN_FOUND_FIELD && place.number != SIZE_MAX)
        name = im->found = xstrndup(r->field[place.number].name.data, r->field[place.number].name.size);
    if (name && !im->field && place.number != SIZE_MAX && !str_is(r->field[place.number].name, name))
        refuse(im, r, "has spans in '%.*s', and the records before it in '%s'; --spans says which to read",
               (int)r->field[place.number].name.size, r->field[place.number].name.data, name);
    for (size_t i = 0; name && i < r->n_fields; i++)
        if (str_is(r->field[i].name, name)) {
            im->present++;
            return i;
        }
    im->missing += name && strcmp(name, "spans") != 0;
    for (size_t k = 0; !name && k < sizeof usual / sizeof *usual; k++)
        for (size_t i = 0; i < r->n_fields; i++)
            if (str_is(r->field[i].name, usual[k]) && span_shape(r->field[i].value) == SPAN_EMPTY)
                return i;
    return SIZE_MAX;
}

static void read_spans(struct span_import *im, const struct record *r, const struct record_field *f, bool *browser)
{
    size_t bad = span_read_list(f->value, &im->spans, browser);
    if (msg_type(f->value) == MSG_NIL)
        return;
    if (msg_type(f->value) != MSG_ARRAY)
        refuse(im, r, "'%.*s' is not an array of spans but %s", (int)f->name.size, f->name.data,
               msg_type_name(msg_type(f->value)));
    if (bad != SIZE_MAX)
        refuse(im, r,
               "%.*s[%zu] is not a span: no start and end as integers, or no label as text; --no-spans passes the field on as "
               "it is",
               (int)f->name.size, f->name.data, bad);
}

static struct str find_text(const struct span_import *im, const struct record *r)
{
    const char *name = im->text ? im->text : "text";
    struct msg value = record_find(r, name);
    struct str text;
    if (!value.data || !msg_str(&value, &text))
        refuse(im, r, "has spans, but no text in '%s'%s", name,
               im->text ? "" : "; --text says the name of the field with the text");
    return text;
}

/* ---- what becomes of it ---- */

/* Check im->spans and cut the text. */
static void cut(struct span_import *im, const struct record *r, struct str text, bool browser)
{
    im->why.n = 0;
    if (utf8_length(text.data, text.size) > INT32_MAX)
        refuse(im, r, "a text of more than 2^31 characters");
    span_text_set(&im->as_text, text);
    if (!span_offsets(im->unit, browser, &im->as_text, &im->spans, &im->why)
        || !span_check(&im->rules, &im->as_text, &im->spans, &im->counts, &im->why))
        refuse(im, r, "%.*s", (int)im->why.n, im->why.data);
    span_doubt_add(&im->doubts, r, &im->as_text, &im->spans, im->lines);
    span_cut(&im->as_text, &im->spans, &im->words);
}

static void put_str(struct buffer *to, const char *key, struct str value)
{
    pack_string(to, key);
    pack_str(to, value);
}

/* tokens, token_offsets and the tags. */
static void put_words(struct span_import *im)
{
    struct buffer *to = &im->packed;
    const struct span_words *w = &im->words;
    size_t n = w->start.n;
    pack_string(to, "tokens");
    pack_array(to, n);
    for (size_t i = 0; i < n; i++)
        pack_str(to, span_text_slice(&im->as_text, (size_t)w->start.data[i], (size_t)w->end.data[i]));
    pack_string(to, "token_offsets");
    pack_pairs(to, w->start.data, w->end.data, n);
    pack_string(to, im->tags);
    pack_array(to, n);
    for (size_t i = 0; i < n; i++) {
        int32_t span = w->span.data[i];
        im->name.n = 0;
        if (span < 0)
            buffer_add_string(&im->name, "O");
        else {
            struct str label = im->spans.data[span].label;
            buffer_add_string(&im->name, i > 0 && w->span.data[i - 1] == span ? "I-" : "B-");
            buffer_add(&im->name, label.data, label.size);
            intern_add(&im->types, label);
        }
        pack_str(to, (struct str){im->name.data, im->name.n});
    }
}

static struct record *finish(struct span_import *im, uint64_t number)
{
    record_index(&im->record, number, packed_msg(&im->packed));
    return &im->record;
}

struct record *span_import_document(struct span_import *im, struct str id, struct str text, const struct spans *spans)
{
    struct record named = {.n_fields = 0};
    im->spans.n = 0;
    GROW(im->spans.data, im->spans.room, spans->n + 1);
    for (size_t i = 0; i < spans->n; i++)
        im->spans.data[im->spans.n++] = spans->data[i];
    cut(im, &named, text, false);
    im->packed.n = 0;
    pack_map(&im->packed, 5);
    put_str(&im->packed, "id", id);
    put_str(&im->packed, "text", text);
    put_words(im);
    return finish(im, 1);
}

static bool is_accepted(const struct record *r)
{
    struct msg answer = record_find(r, "answer");
    struct str word;
    return !answer.data || !msg_str(&answer, &word) || str_is(word, "accept");
}

/* `data` without its text, into im->data. */
static void rest_of_data(struct span_import *im, struct msg data, struct str text_key)
{
    size_t n;
    struct str key;
    msg_map(&data, &n);
    im->data.n = 0;
    pack_map(&im->data, n - 1);
    for (size_t i = 0; i < n; i++) {
        msg_str(&data, &key);
        struct msg value = msg_value(&data);
        if (str_equal(key, text_key))
            continue;
        pack_str(&im->data, key);
        pack_raw(&im->data, value);
    }
}

/* All fields but those whose place the new ones take: the text, where it was in the record, and then the words. */
static void put_fields(struct span_import *im, const struct record *r, struct str source, struct str text, const char *at)
{
    struct buffer *to = &im->packed;
    bool is_task = im->kind == SPAN_TASKS, has_rest = is_task && im->data.n > 1;
    size_t n = 0;
    to->n = 0;
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct record_field *f = &r->field[i];
        bool is_text = str_is(f->name, at);
        if (str_equal(f->name, source) || str_is(f->name, "tokens") || str_is(f->name, "token_offsets")
            || str_is(f->name, im->tags))
            continue;
        if (str_is(f->name, "text") && !is_text)
            refuse(im, r, "has a field 'text' besides '%s'; --rename text=NAME gives it another name", at);
        if (is_text) {
            put_str(to, "text", text);
            n++;
        }
        if (is_text && !has_rest)
            continue;
        pack_str(to, f->name);
        pack_raw(to, is_text ? packed_msg(&im->data) : f->value);
        n++;
    }
    put_words(im);
    n += 3;
    if (n > RECORD_FIELDS_MAX)
        refuse(im, r, "has %zu fields with its words; at most %d are allowed", n, RECORD_FIELDS_MAX);
    struct buffer fields = *to;
    im->data.n = 0;
    pack_map(&im->data, n);
    buffer_add(&im->data, fields.data, fields.n);
    *to = im->data;
    im->data = fields;
}

/* The text of a task of Label Studio; false if nobody has annotated it. */
static bool read_task(struct span_import *im, const struct record *r, struct str *text, struct str *source)
{
    struct span_task task;
    switch (span_task_read(r, im->field, im->text, &task, &im->spans, &im->tasks, &im->why)) {
    case SPAN_TASK_LEFT_OUT: return false;
    case SPAN_TASK_BAD: refuse(im, r, "%.*s", (int)im->why.n, im->why.data);
    default: break;
    }
    *text = task.text;
    *source = task.source;
    rest_of_data(im, record_find(r, "data"), task.key);
    return true;
}

struct record *span_import_record(struct span_import *im, const struct record *r)
{
    bool is_task = im->kind == SPAN_TASKS, browser = is_task;
    struct str text, source = {0};
    im->spans.n = im->why.n = 0;
    if (!is_accepted(r)) {
        im->not_accepted++;
        return NULL;
    }
    if (is_task && !read_task(im, r, &text, &source))
        return NULL;
    if (!is_task) {
        size_t field = find_field(im, r);
        if (field != SIZE_MAX) {
            read_spans(im, r, &r->field[field], &browser);
            source = r->field[field].name;
        }
        text = find_text(im, r);
    }
    cut(im, r, text, browser);
    put_fields(im, r, source, text, is_task ? "data" : im->text ? im->text : "text");
    return finish(im, r->number);
}

/* ---- what is said of it ---- */

static void say(size_t n, const char *one, const char *many)
{
    if (n > 0)
        warn("%zu %s", n, n == 1 ? one : many);
}

void span_import_report(const struct span_import *im)
{
    if (im->field && im->kind == SPAN_RECORDS && im->present == 0)
        die("no record has a field '%s'", im->field);
    const struct span_counts *c = &im->counts;
    const struct span_task_counts *t = &im->tasks;
    say(c->trimmed, "span had white space at its edge, which was cut off",
        "spans had white space at their edges, which was cut off");
    say(c->twice, "span came twice with the same label, and is one", "spans came twice with the same label, and are one each");
    say(c->overlapping, "span overlapped another one and was dropped", "spans overlapped others and were dropped");
    say(c->bad, "span held no text and was dropped", "spans held no text and were dropped");
    say(im->missing, "record has no field with spans: all of its words are O",
        "records have no field with spans: all of their words are O");
    span_doubt_report(&im->doubts, im->unit != SPAN_AUTO);
    if (im->unread)
        warn("records have words in 'tokens': the spans in '%s' were not read; --spans %s reads them, and replaces these words",
             im->unread, im->unread);
    say(im->not_accepted, "record was left out: its answer is not 'accept'",
        "records were left out: their answer is not 'accept'");
    say(t->without, "task without an annotation was left out", "tasks without an annotation were left out");
    say(t->cancelled, "task was left out: its annotation was cancelled", "tasks were left out: their annotations were cancelled");
    if (t->with_several)
        warn("%zu task%s more than one annotation: the ground truth, or else the latest, was read, and %zu left out",
             t->with_several, t->with_several == 1 ? " has" : "s have", t->unused);
    say(t->other_results, "result is no labelled span (a choice, a relation) and was left out",
        "results are no labelled spans (choices, relations) and were left out");
}

void span_import_free(struct span_import *im)
{
    free(im->found);
    free(im->doubts.words);
    free(im->unread);
    intern_free(&im->types);
    free(im->as_text.byte_at.data);
    free(im->spans.data);
    span_words_free(&im->words);
    struct buffer *buffers[] = {&im->name, &im->packed, &im->why, &im->data};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        free(buffers[i]->data);
}
