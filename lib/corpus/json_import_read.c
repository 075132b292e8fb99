/* json_import_read: records under their new names, and what those with spans become. */
#include "corpus/json_import_private.h"

#include "stream/record.h"

/* Give the record's fields their new names. Dies if one of them exists already. */
static void rename_fields(struct json_import *im, struct record *r)
{
    for (size_t k = 0; k < im->n_renames; k++)
        for (size_t i = 0; i < r->n_fields; i++)
            if (str_is(r->field[i].name, im->rename[k].from)) {
                struct str to = {im->rename[k].to, strlen(im->rename[k].to)};
                if (record_find(r, to.data).data)
                    lines_die(im->lines, "has '%s' already, so '%s' cannot become it", to.data, im->rename[k].from);
                r->field[i].name = to;
                im->rename[k].is_used = true;
                break;
            }
}

static const char *new_name(const struct json_import *im, const char *field)
{
    for (size_t k = 0; k < im->n_renames; k++)
        if (strcmp(im->rename[k].from, field) == 0)
            return im->rename[k].to;
    return field;
}

void json_import_pack(struct buffer *to, const struct record *r)
{
    pack_map(to, r->n_fields);
    for (size_t i = 0; i < r->n_fields; i++) {
        pack_str(to, r->field[i].name);
        pack_raw(to, r->field[i].value);
    }
}

/* ---- records that do not show yet whether their kind has spans ---- */

static struct json_import_place get_place(const struct lines *l)
{
    return (struct json_import_place){l->in.name, l->number, l->record};
}

static void set_place(struct lines *l, struct json_import_place place)
{
    l->in.name = place.file;
    l->number = place.line;
    l->record = place.record;
}

static struct record *read_one(struct json_import *im)
{
    struct record *r = jsonlines_next(im->in);
    if (r)
        rename_fields(im, r);
    return r;
}

/* Read until a record shows it. */
static void look_ahead(struct json_import *im)
{
    struct json_import_ahead *a = &im->ahead;
    enum span_kind kind = SPAN_UNDECIDED;
    im->spans.lines = im->lines;
    im->spans.tags = new_name(im, "ner_tags");
    for (struct record *r; kind == SPAN_UNDECIDED && (r = read_one(im));) {
        kind = span_import_kind(&im->spans, r);
        GROW(a->place, a->room, a->n + 1);
        a->place[a->n++] = get_place(im->lines);
        json_import_pack(&a->records, r);
    }
    a->last = get_place(im->lines);
    if (kind == SPAN_UNDECIDED) /* no record has a span: none can be lost. Tags are wanted if they have a label set. */
        im->spans.kind = im->given.any.n > 0 || given_labels_of(&im->given, im->spans.tags) ? SPAN_RECORDS : SPAN_ORDINARY;
}

static struct record *next_ahead(struct json_import *im)
{
    struct json_import_ahead *a = &im->ahead;
    if (a->given == a->n) {
        if (a->n > 0)
            set_place(im->lines, a->last);
        a->n = a->given = 0;
        return read_one(im);
    }
    struct msg rest = {(const uint8_t *)a->records.data + a->read, (const uint8_t *)a->records.data + a->records.n};
    struct msg one = msg_value(&rest);
    a->read = a->records.n - (size_t)(rest.end - rest.data);
    record_index(&a->record, a->given + 1, one);
    set_place(im->lines, a->place[a->given++]);
    return &a->record;
}

struct record *json_import_read(void *import)
{
    struct json_import *im = import;
    if (im->as_is)
        return jsonlines_next(im->in);
    if (!im->spans.lines)
        look_ahead(im);
    for (struct record *r; (r = next_ahead(im));) {
        if (span_import_kind(&im->spans, r) < SPAN_RECORDS)
            return r;
        if ((r = span_import_record(&im->spans, r)))
            return r;
    }
    return NULL;
}
