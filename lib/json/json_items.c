/* json_items: lines of JSON, or an array cut into its elements. */
#include "json/json_items.h"

#include <stdlib.h>

struct json_items json_items_open(const char *const *paths, size_t max_size)
{
    return (struct json_items){.lines = lines_open(paths, max_size)};
}

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void skip_space(struct str *text)
{
    while (text->size > 0 && is_space(*text->data)) {
        text->data++;
        text->size--;
    }
}

static void skip(struct str *text)
{
    text->data++;
    text->size--;
}

/* The next line that is not empty, without the blanks before its first character. */
static bool next_line(struct json_items *in)
{
    do {
        if (!lines_next(in->lines, &in->rest))
            return false;
        if (in->lines->first_of_file) {
            in->is_new_file = true;
            in->lines->record = 0;
        }
        in->line = in->rest.data;
        skip_space(&in->rest);
    } while (in->rest.size == 0);
    return true;
}

/* A line of an array, where one is wanted. */
static void need_line(struct json_items *in)
{
    if (!next_line(in))
        lines_die(in->lines, "the array is not closed");
    if (in->lines->first_of_file)
        lines_die(in->lines, "the array of the file before this one is not closed");
}

/* Whether an array of records begins, and not a record that is an array: ["text", {...}]. */
static bool begins_array(struct str line)
{
    if (*line.data != '[')
        return false;
    skip(&line);
    skip_space(&line);
    return line.size == 0 || strchr("[{]", *line.data);
}

struct scan {
    size_t depth;
    bool in_string, escaped;
};

/* How much of `text` belongs to the element that `s` is in; less than its size where the element ends. */
static size_t scan_element(struct scan *s, struct str text)
{
    for (size_t i = 0; i < text.size; i++) {
        char c = text.data[i];
        if (s->in_string) {
            s->in_string = s->escaped || c != '"';
            s->escaped = !s->escaped && c == '\\';
        } else if (c == '"')
            s->in_string = true;
        else if (c == '[' || c == '{')
            s->depth++;
        else if (s->depth == 0 && (c == ',' || c == ']'))
            return i;
        else if (c == ']' || c == '}')
            s->depth--;
    }
    return text.size;
}

static struct str element(struct json_items *in)
{
    struct scan s = {0};
    struct str text = {in->rest.data, scan_element(&s, in->rest)};
    in->kept.n = 0;
    in->column = (size_t)(text.data - in->line);
    while (text.size == in->rest.size) {
        buffer_add(&in->kept, text.data, text.size);
        buffer_add(&in->kept, "\n", 1);
        if (in->kept.n > in->lines->max_size)
            lines_die(in->lines, "an element of more than %zu MiB", in->lines->max_size >> 20);
        need_line(in);
        text = (struct str){in->rest.data, scan_element(&s, in->rest)};
    }
    in->rest = (struct str){text.data + text.size, in->rest.size - text.size};
    if (in->kept.n > 0) {
        buffer_add(&in->kept, text.data, text.size);
        text = (struct str){in->kept.data, in->kept.n};
        in->column = 0;
    }
    return text;
}

/* The next element of the array; false after its end. */
static bool next_element(struct json_items *in, struct str *text)
{
    skip_space(&in->rest);
    if (in->rest.size == 0)
        need_line(in);
    bool is_first = in->lines->record == 0, ends = *in->rest.data == ']' && (is_first || in->wants_comma);
    if (!ends && in->wants_comma) {
        if (*in->rest.data != ',')
            lines_die(in->lines, "after it a ',' or ']' is expected");
        skip(&in->rest);
        skip_space(&in->rest);
        if (in->rest.size == 0)
            need_line(in);
    }
    in->wants_comma = !ends;
    if (ends) {
        skip(&in->rest);
        skip_space(&in->rest);
        if (in->rest.size > 0)
            lines_die(in->lines, "more after the array%s", *in->rest.data == '[' ? "; jq -c '.[]' makes lines of arrays" : "");
        in->in_array = false;
        in->lines->record = 0;
        return false;
    }
    in->lines->record++;
    *text = element(in);
    if (text->size == 0)
        lines_die(in->lines, "a value is expected");
    return true;
}

bool json_items_next(struct json_items *in, struct str *text)
{
    for (;;) {
        if (in->in_array && next_element(in, text))
            return true;
        if (!next_line(in))
            return false;
        bool was_new = in->is_new_file;
        in->is_new_file = false;
        if (!was_new || !begins_array(in->rest)) {
            *text = in->rest;
            in->column = (size_t)(text->data - in->line);
            return true;
        }
        in->in_array = true;
        in->wants_comma = false;
        skip(&in->rest);
    }
}

void json_items_close(struct json_items *in)
{
    lines_close(in->lines);
    free(in->kept.data);
}
