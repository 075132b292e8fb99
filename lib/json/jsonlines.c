/* jsonlines: lines of JSON as the parts of a stream. */
#include "json/jsonlines.h"

#include <stdlib.h>
#include <string.h>

/* No value takes more than eight times its bytes in JSON: {"$ext":[-128,"Zg=="]}, is 23 for 3. */
#define LINE_SIZE_MAX ((size_t)8 * RECORD_SIZE_MAX)

/* As record_index, with the line's place in its messages. */
static void index_line(struct jsonlines *in)
{
    struct record *r = &in->record;
    struct msg c = packed_msg(&in->json.packed);
    size_t n = 0;
    r->number++;
    r->bytes = c;
    msg_map(&c, &n);
    if (n > RECORD_FIELDS_MAX)
        lines_die(in->lines, "an object of %zu fields; at most %d are allowed", n, RECORD_FIELDS_MAX);
    r->n_inherited = 0;
    for (r->n_fields = 0; r->n_fields < n; r->n_fields++) {
        struct record_field *f = &r->field[r->n_fields];
        msg_str(&c, &f->name);
        f->value = msg_value(&c);
        for (size_t k = 0; k < r->n_fields; k++)
            if (str_equal(r->field[k].name, f->name))
                lines_die(in->lines, "the key '%.*s' comes twice", (int)f->name.size, f->name.data);
    }
}

/* ["a text", {...}] becomes {"text": "a text", ...}. */
static void join_pair(struct jsonlines *in)
{
    struct msg c = packed_msg(&in->json.packed);
    struct str text;
    size_t n;
    if (!msg_array(&c, &n) || n != 2 || !msg_str(&c, &text) || !msg_map(&c, &n))
        return;
    in->joined.n = 0;
    pack_map(&in->joined, n + 1);
    pack_string(&in->joined, "text");
    pack_str(&in->joined, text);
    pack_raw(&in->joined, c);
    struct buffer pair = in->json.packed;
    in->json.packed = in->joined;
    in->joined = pair;
}

/* What to do with text that is not one object a line. */
static const char *way_on(const struct jsonlines *in, struct str text)
{
    bool is_first = !in->lines->record && in->lines->number == 1, is_json = text.size > 0 && strchr("{[", *text.data);
    size_t at = in->json.column - 1;
    char here = at < text.size ? text.data[at] : 0;
    bool is_more = strncmp(in->json.error, "more after", 10) == 0;
    if (is_more && !in->lines->record && here == ',')
        return "; sed 's/,$//' takes commas between lines away";
    if (is_more && !in->lines->record && strchr("{[", here) && here)
        return "; jq -c . makes a line of each object";
    if (is_json && here == '\'')
        return "; JSON has double quotation marks: json.dumps() of Python writes them";
    if (is_first && !is_json)
        return "; rows of columns go through conll2msg, text through text2msg";
    return is_first && text.size < 3 ? "; one object a line is wanted: jq -c . makes such lines" : "";
}

/* The next object; false at the end of the last file. */
static bool next_object(struct jsonlines *in)
{
    struct str text;
    if (!json_items_next(&in->items, &text))
        return false;
    in->json.packed.n = 0;
    if (!json_read_value(&in->json, text)) {
        lines_die(in->lines, "column %zu: %s%s", in->json.column + in->items.column, in->json.error, way_on(in, text));
    }
    join_pair(in);
    if (msg_type(packed_msg(&in->json.packed)) != MSG_MAP)
        lines_die(in->lines, "not an object but %s%s", msg_type_name(msg_type(packed_msg(&in->json.packed))),
                  *text.data == '[' && in->lines->number > 1 && !in->lines->record ? "; jq -c '.[]' makes lines of arrays" : "");
    index_line(in);
    return true;
}

static bool is_header(const struct jsonlines *in)
{
    return record_find(&in->record, "msgstream").data != NULL;
}

static bool is_trailer(const struct jsonlines *in)
{
    struct msg flag = record_find(&in->record, "end"), count = record_find(&in->record, "records");
    bool end = false;
    int64_t n;
    if (in->record.n_fields != 2 || !flag.data || !count.data || !msg_bool(&flag, &end) || !end)
        return false;
    if (!msg_int(&count, &n) || n < 0 || (uint64_t)n != in->in_stream)
        lines_die(in->lines, "the trailer counts other than the %llu records before it: some are lost",
                  (unsigned long long)in->in_stream);
    return true;
}

struct jsonlines *jsonlines_open(const char *const *paths)
{
    struct jsonlines *in = xcalloc(1, sizeof *in);
    in->items = json_items_open(paths, LINE_SIZE_MAX);
    in->lines = in->items.lines;
    in->holds = next_object(in);
    if (!in->holds)
        die("%s: no JSON object in it", in->lines->in.name);
    if (is_header(in)) {
        in->header_bytes = msg_copy(packed_msg(&in->json.packed));
        in->header = header_parse(in->header_bytes);
        in->header_name = in->lines->in.name;
        in->record.number = 0;
        in->holds = false;
    }
    return in;
}

static void another_header(struct jsonlines *in)
{
    if (!in->header)
        lines_die(in->lines, "a stream's header, which the lines before it do not have");
    if (in->in_stream > 0)
        lines_die(in->lines, "a stream's header, but no trailer before it");
    struct header *more = header_parse(packed_msg(&in->json.packed));
    header_check_same(in->header, in->header_name, more, in->lines->in.name);
    header_free(more);
}

struct record *jsonlines_next(struct jsonlines *in)
{
    while (in->holds || next_object(in)) {
        in->holds = false;
        if (is_trailer(in))
            in->in_stream = 0;
        else if (is_header(in))
            another_header(in);
        else {
            in->in_stream++;
            return &in->record;
        }
        in->record.number--;
    }
    return NULL;
}

void jsonlines_close(struct jsonlines *in)
{
    if (!in)
        return;
    json_items_close(&in->items);
    free(in->joined.data);
    header_free(in->header);
    msg_copy_free(in->header_bytes);
    json_reader_free(&in->json);
    free(in);
}
