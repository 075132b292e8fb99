/* import: records of JSON as sentences of a stream. */
#include "corpus/json_import.h"
#include "tags/labels.h"

#include <stdlib.h>
#include <string.h>

#include "corpus/conll_read.h"
#include "tags/labels.h"
#include "base/file.h"
#include "stream/fields.h"

struct json_import *json_import_new(void)
{
    struct json_import *im = xcalloc(1, sizeof *im);
    im->labels = header_new("sentence");
    return im;
}

void json_import_rename(struct json_import *im, const char *list)
{
    for (const char *at = list; *at; ) {
        size_t size = strcspn(at, ","), left = strcspn(at, "=");
        if (left == 0 || left + 1 >= size)
            die_usage("fields are renamed as words=tokens,tags=ner_tags, not '%s'", list);
        im->rename = xrealloc(im->rename, im->n_renames + 1, sizeof *im->rename);
        im->rename[im->n_renames].from = xstrndup(at, left);
        im->rename[im->n_renames++].to = xstrndup(at + left + 1, size - left - 1);
        at += size + (at[size] == ',');
    }
}

static void set_labels(struct json_import *im, const char *field, const struct intern *names)
{
    if (names->n == 0)
        die_usage("--labels %s has no names", field);
    header_set_labels(im->labels, field, names->n, (const char *const *)names->name);
    im->labels_source = "--labels";
}

static void add_label(struct intern *names, struct str name, const char *given)
{
    if (name.size == 0 || intern_find(names, name) != SIZE_MAX)
        die_usage("--labels %s: %s", given, name.size ? "a name comes twice" : "a name is empty");
    intern_add(names, name);
}

void json_import_labels(struct json_import *im, const char *given)
{
    enum { MOST = 64 << 20 };
    size_t size = strcspn(given, "="), text_size;
    if (size == 0 || !given[size] || !given[size + 1])
        die_usage("labels are given as ner_tags=O,B-PER,I-PER or ner_tags=@FILE, not '%s'", given);
    char *field = xstrndup(given, size);
    bool in_file = given[size + 1] == '@';
    char *text = in_file ? file_read(given + size + 2, MOST, &text_size) : xstrdup(given + size + 1);
    struct intern names = {0};
    for (char *at = text; *at; ) {
        size_t length = strcspn(at, in_file ? "\n" : ","), used = length;
        while (in_file && used > 0 && at[used - 1] == '\r')
            used--;
        add_label(&names, (struct str){at, used}, given);
        at += length + (at[length] != 0);
    }
    set_labels(im, field, &names);
    intern_free(&names);
    free(text);
    free(field);
}

void json_import_labels_from(struct json_import *im, const struct header *header)
{
    for (size_t i = 0; i < header->n_label_sets; i++) {
        const struct label_set *labels = &header->label_set[i];
        header_set_labels(im->labels, labels->field, labels->n, (const char *const *)labels->name);
    }
    im->labels_source = "--labels-from";
}

static struct tag_field *tag_field(const struct json_import *im, struct str name)
{
    for (size_t i = 0; i < im->n_tags; i++)
        if (str_is(name, im->tags[i].name))
            return &im->tags[i];
    return NULL;
}

static struct tag_field *add_tag_field(struct json_import *im, struct str name, const struct label_set *labels)
{
    im->tags = xrealloc(im->tags, im->n_tags + 1, sizeof *im->tags);
    struct tag_field *t = &im->tags[im->n_tags++];
    *t = (struct tag_field){.name = xstrndup(name.data, name.size), .source = labels ? im->labels_source : NULL};
    for (size_t i = 0; labels && i < labels->n; i++) {
        size_t number = intern_add(&t->names, (struct str){labels->name[i], strlen(labels->name[i])});
        GROW(t->id.data, t->id.room, number + 1);
        if (number == t->id.n)
            t->id.data[t->id.n++] = (int32_t)i;
    }
    t->n_labels = labels ? labels->n : 0;
    return t;
}

static bool ends_with(struct str s, const char *end)
{
    size_t size = strlen(end);
    return s.size >= size && memcmp(s.data + s.size - size, end, size) == 0;
}

static void rename_fields(const struct json_import *im, struct record *r)
{
    for (size_t k = 0; k < im->n_renames; k++)
        for (size_t i = 0; i < r->n_fields; i++)
            if (str_is(r->field[i].name, im->rename[k].from)) {
                struct str to = {im->rename[k].to, strlen(im->rename[k].to)};
                if (record_find(r, to.data).data)
                    lines_die(im->in->lines, "has '%s' already, so '%s' cannot become it", to.data, im->rename[k].from);
                r->field[i].name = to;
                break;
            }
}

/* ---- what the first record tells ---- */

static bool begins_with_id(struct msg value)
{
    size_t n;
    return msg_array(&value, &n) && n > 0 && msg_type(value) == MSG_INT;
}

static void begin_as_is(struct json_import *im, const struct header *header)
{
    im->as_is = true;
    im->labels_source = "the header";
    for (size_t i = 0; i < header->n_label_sets; i++) {
        const struct label_set *labels = &header->label_set[i];
        if (field_has_ids(labels->field))
            add_tag_field(im, (struct str){labels->field, strlen(labels->field)}, labels);
    }
}

bool json_import_begin(struct json_import *im, struct jsonlines *in, const struct record *first_read)
{
    im->in = in;
    if (in->header) {
        if (im->n_renames > 0 || im->labels->n_label_sets > 0)
            die("%s begins with a stream's header, which has its own fields and labels: no place for --rename, --labels and "
                "--labels-from", in->lines->in.name);
        begin_as_is(im, in->header);
        return true;
    }
    bool known = true;
    struct record renamed = *first_read, *first = &renamed;
    rename_fields(im, first);
    im->field = xcalloc(first->n_fields + 1, sizeof *im->field);
    if (!record_find(first, "id").data)
        im->field[im->n_fields++] = xstrdup("id");
    for (size_t i = 0; i < first->n_fields; i++) {
        struct str name = first->field[i].name;
        if (name.size == 0 || memchr(name.data, 0, name.size))
            lines_die(im->in->lines, "a field whose name is empty or has a NUL");
        char *copy = im->field[im->n_fields++] = xstrndup(name.data, name.size);
        const struct label_set *labels = header_labels(im->labels, copy);
        if (!labels && !ends_with(name, "_tags") && !str_is(name, "pred"))
            continue;
        add_tag_field(im, name, labels);
        known = known && (labels || begins_with_id(first->field[i].value));
    }
    for (size_t i = 0; i < im->labels->n_label_sets && strcmp(im->labels_source, "--labels") == 0; i++)
        if (!record_find(first, im->labels->label_set[i].field).data)
            lines_die(im->in->lines, "no field '%s', of which --labels gives the names", im->labels->label_set[i].field);
    return known;
}

/* ---- each record ---- */

static void check_tags(struct json_import *im, struct tag_field *t, struct msg value, bool has_tokens, size_t n_tokens)
{
    const struct lines *lines = im->in->lines;
    size_t n;
    if (!msg_array(&value, &n))
        lines_die(lines, "%s is no array of label ids or names but %s", t->name, msg_type_name(msg_type(value)));
    if (has_tokens && n != n_tokens)
        lines_die(lines, "%zu tokens, but %zu %s", n_tokens, n, t->name);
    for (size_t i = 0; i < n; i++) {
        struct str name;
        int64_t id;
        if (msg_int(&value, &id)) {
            t->has_ids = true;
            if (id < 0 || id > INT32_MAX || (t->source && (uint64_t)id >= t->n_labels))
                lines_die(lines, "%s[%zu] is %lld; %s gives %zu labels", t->name, i, (long long)id,
                          t->source ? t->source : "no option", t->n_labels);
        } else if (msg_str(&value, &name)) {
            t->has_names = true;
            if (name.size == 0 || memchr(name.data, 0, name.size))
                lines_die(lines, "%s[%zu] is empty or has a NUL: no label's name", t->name, i);
            if (!t->source)
                intern_add(&t->names, name);
            else if (intern_find(&t->names, name) == SIZE_MAX)
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
        lines_die(im->in->lines, "tokens is no array of strings");
    return n;
}

void json_import_check(struct json_import *im, struct record *r)
{
    if (im->as_is)
        return;
    rename_fields(im, r);
    struct msg tokens = record_find(r, "tokens"), text = record_find(r, "text"), id = record_find(r, "id");
    size_t n_tokens = tokens.data ? check_tokens(im, tokens) : 0;
    if (text.data && msg_type(text) != MSG_STR)
        lines_die(im->in->lines, "text is no string but %s", msg_type_name(msg_type(text)));
    if (id.data && msg_type(id) != MSG_INT && msg_type(id) != MSG_STR)
        lines_die(im->in->lines, "id is neither an integer nor a string but %s", msg_type_name(msg_type(id)));
    for (size_t i = 0; i < r->n_fields; i++) {
        struct tag_field *t = tag_field(im, r->field[i].name);
        if (t)
            check_tags(im, t, r->field[i].value, tokens.data != NULL, n_tokens);
    }
}

void json_import_keep(struct json_import *im, const struct record *r)
{
    size_t size = (size_t)(r->bytes.end - r->bytes.data);
    GROW(im->kept.data, im->kept.room, im->kept.n + size);
    memcpy(im->kept.data + im->kept.n, r->bytes.data, size);
    im->kept.n += size;
}

/* ---- writing ---- */

static bool has_field(const struct json_import *im, const char *name)
{
    for (size_t i = 0; i < im->n_fields; i++)
        if (strcmp(im->field[i], name) == 0)
            return true;
    return false;
}

static void set_collected(struct tag_field *t, struct header *h, bool is_conll2003)
{
    size_t n;
    const char **name = labels_in_order(t->name, &t->names, is_conll2003, &n);
    header_set_labels(h, t->name, n, name);
    free(name);
    const struct label_set *labels = header_labels(h, t->name);
    GROW(t->id.data, t->id.room, t->names.n);
    for (t->id.n = 0; t->id.n < t->names.n; t->id.n++)
        t->id.data[t->id.n] = label_set_find(labels, (struct str){t->names.name[t->id.n], t->names.size[t->id.n]});
}

struct header *json_import_header(struct json_import *im)
{
    struct header *h = header_new("sentence");
    for (size_t i = 0; i < im->n_fields; i++)
        header_add_field(h, im->field[i]);
    bool is_conll2003 = has_field(im, "tokens") && has_field(im, "pos_tags") && has_field(im, "chunk_tags")
                        && has_field(im, "ner_tags");
    for (size_t i = 0; i < im->n_tags; i++) {
        struct tag_field *t = &im->tags[i];
        const struct label_set *given = header_labels(im->labels, t->name);
        if (given)
            header_set_labels(h, t->name, given->n, (const char *const *)given->name);
        else if (t->names.n > 0)
            set_collected(t, h, is_conll2003);
        else
            warn("%s has ids without names; --labels %s=... or --labels-from gives them", t->name, t->name);
    }
    return h;
}

/* A field's value with ids in place of names, at any depth; keys of maps are no labels. What is no name is copied in runs. */
static void put_labels(struct json_import *im, struct buffer *to, struct msg c, const struct tag_field *t)
{
    struct { size_t left; bool is_map; } level[MSG_NESTING_MAX + 1] = {{1, false}};
    const uint8_t *run = c.data;
    for (size_t depth = 0, n; ; ) {
        while (level[depth].left == 0)
            if (depth-- == 0) {
                pack_raw(to, (struct msg){run, c.data});
                return;
            }
        level[depth].left--;
        struct str name;
        int64_t id;
        if (level[depth].is_map)
            msg_value(&c);
        const uint8_t *before = c.data;
        bool is_map = msg_type(c) == MSG_MAP;
        if (msg_int(&c, &id))
            continue;
        if (is_map ? msg_map(&c, &n) : msg_array(&c, &n)) {
            level[++depth].left = n;
            level[depth].is_map = is_map;
        } else if (msg_str(&c, &name)) {
            size_t number = intern_find(&t->names, name);
            if (number == SIZE_MAX)
                lines_die(im->in->lines, "the label '%.*s' of %s is not among the %zu that %s gives", (int)name.size, name.data,
                          t->name, t->n_labels, t->source);
            pack_raw(to, (struct msg){run, before});
            pack_int(to, t->id.data[number]);
            run = c.data;
        } else
            msg_value(&c);
    }
}

void json_import_write(struct json_import *im, struct filter *f, const struct record *r)
{
    bool adds_id = !im->as_is && !record_find(r, "id").data;
    filter_begin_new(f, r->n_fields + adds_id);
    if (adds_id)
        filter_put_int(f, "id", im->written);
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct tag_field *t = tag_field(im, r->field[i].name);
        struct buffer *to = filter_put_name(f, r->field[i].name);
        if (t)
            put_labels(im, to, r->field[i].value, t);
        else
            pack_raw(to, r->field[i].value);
    }
    im->written++;
    filter_end(f);
}

void json_import_write_kept(struct json_import *im, struct filter *f)
{
    struct msg all = {im->kept.data, im->kept.data + im->kept.n};
    struct record r;
    for (uint64_t number = 1; all.data < all.end; number++) {
        record_index(&r, number, msg_value(&all));
        rename_fields(im, &r);
        json_import_write(im, f, &r);
    }
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
        free(im->tags[i].id.data);
        free(im->tags[i].name);
    }
    header_free(im->labels);
    free(im->rename);
    free(im->field);
    free(im->tags);
    free(im->kept.data);
    free(im);
}
