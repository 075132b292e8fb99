/* json_import: records of JSON as sentences of a stream: what the first one tells, and the check of each. */
#include "corpus/json_import_private.h"

#include <stdlib.h>

#include "stream/fields.h"
#include "tags/labels.h"

struct json_import *json_import_new(struct given_labels given)
{
    struct json_import *im = xcalloc(1, sizeof *im);
    im->given = given;
    return im;
}

struct json_import_field *json_import_tags(const struct json_import *im, struct str name)
{
    for (size_t i = 0; i < im->n_tags; i++)
        if (str_is(name, im->tags[i].name))
            return &im->tags[i];
    return NULL;
}

static struct json_import_field *add_tag_field(struct json_import *im, struct str name, const struct label_set *labels)
{
    im->tags = xrealloc(im->tags, im->n_tags + 1, sizeof *im->tags);
    struct json_import_field *t = &im->tags[im->n_tags++];
    *t = (struct json_import_field){.name = xstrndup(name.data, name.size), .source = labels ? im->given.source : NULL};
    for (size_t i = 0; labels && i < labels->n; i++) {
        size_t number = intern_add(&t->names, str_of(labels->name[i]));
        GROW(t->id.data, t->id.room, number + 1);
        if (number == t->id.n)
            t->id.data[t->id.n++] = (int32_t)i;
    }
    t->n_labels = labels ? labels->n : 0;
    return t;
}

size_t json_import_label(const struct json_import_field *t, struct str name)
{
    size_t number = intern_find(&t->names, name);
    return number == SIZE_MAX ? intern_find(&t->names, labels_trim(name)) : number;
}

/* ---- what the first record tells ---- */

static bool begins_with_id(struct msg value)
{
    size_t n;
    return msg_array(&value, &n) && n > 0 && msg_type(value) == MSG_INT;
}

static bool has_tags(const struct json_import *im, struct str field)
{
    bool of_spans = im->spans.kind >= SPAN_RECORDS && str_is(field, im->spans.tags);
    return of_spans || str_ends(field, "_tags") || str_is(field, "pred");
}

/* A label set that was given without a field belongs to one of these. */
static void settle_labels(struct json_import *im)
{
    size_t n = 0;
    const char **field = xcalloc(im->n_fields, sizeof *field);
    for (size_t i = 0; i < im->n_fields; i++)
        if (has_tags(im, str_of(im->field[i])) && strcmp(im->field[i], "pred") != 0)
            field[n++] = im->field[i];
    given_labels_settle(&im->given, n, field);
    free(field);
}

static void begin_as_is(struct json_import *im, const struct header *header)
{
    im->as_is = true;
    im->given.source = "the header";
    for (size_t i = 0; i < header->n_label_sets; i++) {
        const struct label_set *labels = &header->label_set[i];
        if (field_has_ids(labels->field))
            add_tag_field(im, str_of(labels->field), labels);
    }
}

bool json_import_begin(struct json_import *im)
{
    struct jsonlines *in = im->in;
    if (in && in->header) {
        if (im->n_renames > 0 || im->given.sets)
            die("%s begins with a stream's header, which has its own fields and labels: no place for --rename, --labels and "
                "--labels-from",
                im->lines->in.name);
        begin_as_is(im, in->header);
        return true;
    }
    bool known = true;
    struct record *first = im->first = im->read(im->data);
    if (!first) {
        span_import_report(&im->spans);
        bool tasks = im->spans.kind == SPAN_TASKS && !im->spans.field;
        die("%s: no record is left%s", im->lines->in.name, tasks ? "; --spans predictions reads the predictions" : "");
    }
    im->field = xcalloc(first->n_fields + 1, sizeof *im->field);
    if (!record_find(first, "id").data)
        im->field[im->n_fields++] = xstrdup("id");
    for (size_t i = 0; i < first->n_fields; i++) {
        struct str name = first->field[i].name;
        if (name.size == 0 || memchr(name.data, 0, name.size))
            lines_die(im->lines, "a field whose name is empty or has a NUL");
        im->field[im->n_fields++] = xstrndup(name.data, name.size);
    }
    settle_labels(im);
    for (size_t i = 0; i < first->n_fields; i++) {
        struct str name = first->field[i].name;
        const struct label_set *labels = given_labels_of(&im->given, im->field[im->n_fields - first->n_fields + i]);
        if (!labels && !has_tags(im, name))
            continue;
        add_tag_field(im, name, labels);
        known = known && (labels || begins_with_id(first->field[i].value));
    }
    const struct header *sets = im->given.sets;
    for (size_t i = 0; sets && !im->given.stream && i < sets->n_label_sets; i++)
        if (!record_find(first, sets->label_set[i].field).data)
            lines_die(im->lines, "no field '%s', of which %s gives the names", sets->label_set[i].field, im->given.source);
    return known;
}

/* ---- each record ---- */

static void check_tags(struct json_import *im, struct json_import_field *t, struct msg value, bool has_tokens, size_t n_tokens)
{
    const struct lines *lines = im->lines;
    size_t n;
    if (!msg_array(&value, &n))
        lines_die(lines, "%s is not an array of label ids or names but %s", t->name, msg_type_name(msg_type(value)));
    if (has_tokens && n != n_tokens)
        lines_die(lines, "%zu tokens, but %zu %s", n_tokens, n, t->name);
    for (size_t i = 0; i < n; i++) {
        struct str name;
        int64_t id;
        if (msg_int(&value, &id)) {
            t->has_ids = true;
            bool is_id = id >= 0 && id <= INT32_MAX;
            if (t->source && (!is_id || (uint64_t)id >= t->n_labels))
                lines_die(lines, "%s[%zu] is %lld; %s gives %zu labels%s", t->name, i, (long long)id, t->source, t->n_labels,
                          field_label_advice(id));
            if (!is_id)
                lines_die(lines, "%s[%zu] is %lld, which is not the id of a label%s", t->name, i, (long long)id,
                          field_label_advice(id));
        } else if (msg_str(&value, &name)) {
            t->has_names = true;
            struct str label = labels_trim(name);
            if (label.size == 0 || memchr(label.data, 0, label.size))
                lines_die(lines, "%s[%zu] is empty or has a NUL: not the name of a label", t->name, i);
            if (!t->source)
                label_counts_add(&t->counts, intern_add(&t->names, label));
            else if (json_import_label(t, name) == SIZE_MAX)
                lines_die(lines, "the label '%.*s' of %s is not among the %zu that %s gives", (int)name.size, name.data, t->name,
                          t->n_labels, t->source);
        } else
            lines_die(lines, "%s[%zu] is %s, neither a label's id nor its name", t->name, i, msg_type_name(msg_type(value)));
    }
    if (!t->source && t->has_ids && t->has_names)
        lines_die(lines, "%s has label names here and ids elsewhere; what the ids mean, --labels can say", t->name);
}

static size_t check_tokens(const struct json_import *im, struct msg value)
{
    size_t n;
    struct str token;
    bool good = msg_array(&value, &n);
    for (size_t i = 0; good && i < n; i++)
        good = msg_str(&value, &token);
    if (!good)
        lines_die(im->lines, "tokens is not an array of strings");
    return n;
}

static void check(struct json_import *im, const struct record *r)
{
    struct msg tokens = record_find(r, "tokens"), text = record_find(r, "text"), id = record_find(r, "id");
    size_t n_tokens = tokens.data ? check_tokens(im, tokens) : 0;
    if (text.data && msg_type(text) != MSG_STR)
        lines_die(im->lines, "text is not a string but %s", msg_type_name(msg_type(text)));
    if (id.data && msg_type(id) != MSG_INT && msg_type(id) != MSG_STR)
        lines_die(im->lines, "id is neither an integer nor a string but %s", msg_type_name(msg_type(id)));
    for (size_t i = 0; i < r->n_fields; i++) {
        struct json_import_field *t = json_import_tags(im, r->field[i].name);
        if (t)
            check_tags(im, t, r->field[i].value, tokens.data != NULL, n_tokens);
    }
}

struct record *json_import_next(struct json_import *im)
{
    struct record *r = im->first ? im->first : im->read(im->data);
    im->first = NULL;
    if (r && !im->as_is)
        check(im, r);
    return r;
}

void json_import_free(struct json_import *im)
{
    if (!im)
        return;
    for (size_t i = 0; i < im->n_renames; i++) {
        free(im->rename[i].from);
        free(im->rename[i].to);
    }
    for (size_t i = 0; i < im->n_fields; i++)
        free(im->field[i]);
    for (size_t i = 0; i < im->n_tags; i++) {
        intern_free(&im->tags[i].names);
        label_counts_free(&im->tags[i].counts);
        free(im->tags[i].id.data);
        free(im->tags[i].name);
    }
    given_labels_free(&im->given);
    free(im->rename);
    free(im->field);
    free(im->tags);
    free(im->kept.data);
    free(im->ahead.records.data);
    free(im->ahead.place);
    span_import_free(&im->spans);
    free(im);
}
