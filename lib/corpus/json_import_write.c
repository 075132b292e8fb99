/* json_import_write: header and records of the stream. */
#include "corpus/json_import_private.h"

#include <stdlib.h>

#include "tags/labels.h"

static bool has_field(const struct json_import *im, const char *name)
{
    for (size_t i = 0; i < im->n_fields; i++)
        if (strcmp(im->field[i], name) == 0)
            return true;
    return false;
}

/* Each type of span has both tags, whether both occur or not: another file may have the other one. */
static void add_types(struct json_import_field *t, const struct intern *types)
{
    struct buffer name = {0};
    intern_add(&t->names, str_of("O"));
    for (size_t i = 0; i < types->n; i++)
        for (const char *prefix = "BI"; *prefix; prefix++) {
            name.n = 0;
            buffer_format(&name, "%c-%s", *prefix, types->name[i]);
            intern_add(&t->names, (struct str){name.data, name.n});
        }
    free(name.data);
}

static void set_collected(struct json_import_field *t, struct header *h, bool is_conll2003)
{
    size_t n;
    const char **name = labels_in_order(t->name, &t->names, is_conll2003, &n);
    size_t digits = 0;
    for (size_t i = 0; i < n; i++)
        digits += strspn(name[i], "0123456789") == strlen(name[i]);
    if (digits == n)
        warn("the labels of %s are numbers as text, such as \"%s\": they are names here; ids are numbers without quotation marks",
             t->name, name[0]);
    header_set_labels(h, t->name, n, name);
    label_counts_warn(&t->counts, header_labels(h, t->name), "--rename gives a field that holds no tags another name");
    labels_warn_of_suffix(header_labels(h, t->name));
    struct intern sorted = {0}; /* a number is an id */
    for (size_t i = 0; i < n; i++)
        intern_add(&sorted, str_of(name[i]));
    free(name);
    GROW(t->id.data, t->id.room, t->names.n);
    for (t->id.n = 0; t->id.n < t->names.n; t->id.n++)
        t->id.data[t->id.n] = (int32_t)intern_find(&sorted, (struct str){t->names.name[t->id.n], t->names.size[t->id.n]});
    intern_free(&sorted);
}

static struct header *new_header(struct json_import *im)
{
    struct header *h = header_new("sentence");
    for (size_t i = 0; i < im->n_fields; i++)
        header_add_field(h, im->field[i]);
    bool is_conll2003 =
        has_field(im, "tokens") && has_field(im, "pos_tags") && has_field(im, "chunk_tags") && has_field(im, "ner_tags");
    for (size_t i = 0; i < im->n_tags; i++) {
        struct json_import_field *t = &im->tags[i];
        const struct label_set *given = given_labels_of(&im->given, t->name);
        bool of_spans = im->spans.kind >= SPAN_RECORDS && strcmp(t->name, im->spans.tags) == 0;
        if (!given && of_spans)
            add_types(t, &im->spans.types);
        if (given)
            header_set_labels(h, t->name, given->n, (const char *const *)given->name);
        else if (t->names.n > 0)
            set_collected(t, h, is_conll2003);
        else
            warn("%s has ids without names; --labels %s=... or --labels-from gives them", t->name, t->name);
    }
    return h;
}

/* A field's value with ids in place of names, at any depth; keys of maps are not labels. What is not a name is copied in runs. */
static void put_labels(struct json_import *im, struct buffer *to, struct msg c, const struct json_import_field *t)
{
    struct {
        size_t left;
        bool is_map;
    } level[MSG_NESTING_MAX + 1] = {{1, false}};
    const uint8_t *run = c.data;
    for (size_t depth = 0, n;;) {
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
            size_t number = json_import_label(t, name);
            if (number == SIZE_MAX)
                lines_die(im->lines, "the label '%.*s' of %s is not among the %zu that %s gives", (int)name.size, name.data,
                          t->name, t->n_labels, t->source);
            pack_raw(to, (struct msg){run, before});
            pack_int(to, t->id.data[number]);
            run = c.data;
        } else
            msg_value(&c);
    }
}

static void write_record(struct json_import *im, struct filter *f, const struct record *r)
{
    bool adds_id = !im->as_is && !record_find(r, "id").data;
    filter_begin_new(f, r->n_fields + adds_id);
    if (adds_id)
        filter_put_int(f, "id", im->written);
    for (size_t i = 0; i < r->n_fields; i++) {
        const struct json_import_field *t = json_import_tags(im, r->field[i].name);
        struct buffer *to = filter_put_name(f, r->field[i].name);
        if (t)
            put_labels(im, to, r->field[i].value, t);
        else
            pack_raw(to, r->field[i].value);
    }
    im->written++;
    filter_end(f);
}

static void write_kept(struct json_import *im, struct filter *f)
{
    struct msg all = packed_msg(&im->kept);
    struct record r;
    for (uint64_t number = 1; all.data < all.end; number++) {
        record_index(&r, number, msg_value(&all));
        write_record(im, f, &r);
    }
}

/* The tags of spans are renamed, too. */
static void say_unused(const struct json_import *im)
{
    for (size_t k = 0; k < im->n_renames; k++)
        if (!im->rename[k].is_used && strcmp(im->rename[k].from, "ner_tags") != 0)
            warn("no record has a field '%s', which --rename makes '%s'", im->rename[k].from, im->rename[k].to);
}

/* Records of any form are passed on; but words under another name are words lost. */
static void say_wordless(const struct json_import *im)
{
    static const char *const words[] = {"tokens", "text", "input_ids", "word_ids"};
    enum { SHOWN = 12 };
    struct buffer names = {0};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (has_field(im, words[i]))
            return;
    for (size_t i = 0; i < im->n_fields && i < SHOWN; i++)
        if (strcmp(im->field[i], "id") != 0)
            buffer_format(&names, " '%s'", im->field[i]);
    warn("no words: the first record has neither 'tokens' nor 'text', but%s%s; see --rename, and --spans and --text",
         names.n > 0 ? names.data : " no field", im->n_fields > SHOWN ? " ..." : "");
    free(names.data);
}

void json_import_run_from(struct json_import *im, struct record *(*read)(void *data), void *data, struct lines *lines,
                          struct filter *f)
{
    im->read = read;
    im->data = data;
    im->lines = lines;
    bool known = json_import_begin(im);
    if (im->as_is)
        filter_writes_header(f, im->in->header_bytes);
    else if (known)
        filter_set_header(f, new_header(im));
    if (known)
        filter_start(f);
    for (struct record *r; (r = json_import_next(im));)
        if (known)
            write_record(im, f, r);
        else
            json_import_pack(&im->kept, r);
    if (!known) {
        filter_set_header(f, new_header(im));
        write_kept(im, f);
    }
    span_import_report(&im->spans);
    if (im->in && !im->as_is) {
        say_unused(im);
        say_wordless(im);
    }
}

void json_import_run(struct json_import *im, struct jsonlines *in, struct filter *f)
{
    im->in = in;
    json_import_run_from(im, json_import_read, im, in->lines, f);
}
