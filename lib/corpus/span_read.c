/* span_read: one span, and arrays of them. */
#include "corpus/span_read.h"

#include <math.h>

struct msg span_key(struct msg map, const char *key)
{
    size_t n;
    struct str name;
    if (!map.data || msg_type(map) != MSG_MAP || !msg_map(&map, &n))
        return (struct msg){0};
    for (; n > 0; n--) {
        bool found = msg_str(&map, &name) && str_is(name, key);
        struct msg value = msg_value(&map);
        if (found)
            return value;
    }
    return (struct msg){0};
}

static struct msg first_key(struct msg map, const char *const *key)
{
    for (; *key; key++) {
        struct msg value = span_key(map, *key);
        if (value.data)
            return value;
    }
    return (struct msg){0};
}

static void add(struct spans *spans, struct span span, struct str label)
{
    if (!spans)
        return;
    GROW(spans->data, spans->room, spans->n + 1);
    span.label = label;
    spans->data[spans->n++] = span;
}

/* An offset. Tables write whole numbers as 4.0. */
static bool read_offset(struct msg *c, int64_t *offset)
{
    double value;
    if (msg_int(c, offset))
        return true;
    bool is_whole = msg_real(c, &value) && fabs(value) < 1e15 && floor(value) == value;
    if (is_whole)
        *offset = (int64_t)value;
    return is_whole;
}

/* [start, end, "label"], and what may come after. */
static bool read_array(struct msg element, struct spans *spans)
{
    struct span span = {0};
    struct str label;
    size_t n;
    bool places = msg_array(&element, &n) && n >= 3 && read_offset(&element, &span.start) && read_offset(&element, &span.end);
    if (!places || !msg_str(&element, &label))
        return false;
    add(spans, span, label);
    return true;
}

static const char *const label_key[] = {"label", "entity_group", "type", "tag", "entity", NULL};

static const char *const start_key[] = {"start", "start_offset", "start_char", NULL};
static const char *const end_key[] = {"end", "end_offset", "end_char", NULL};

/* The places of a map; false if it has none. */
static bool read_places(struct msg element, struct span *span)
{
    struct msg from = first_key(element, start_key), to = first_key(element, end_key);
    return from.data && to.data && read_offset(&from, &span->start) && read_offset(&to, &span->end);
}

static bool read_map(struct msg element, struct spans *spans, bool *browser)
{
    struct span span = {0};
    struct msg text = span_key(element, "text"), label = first_key(element, label_key), labels = span_key(element, "labels");
    struct str name;
    size_t n;
    if (!read_places(element, &span))
        return false;
    if (text.data)
        msg_str(&text, &span.text);
    if (labels.data && msg_array(&labels, &n) && n > 0) {
        *browser = true;
        for (; n > 0; n--) {
            if (!msg_str(&labels, &name))
                return false;
            add(spans, span, name);
        }
        return true;
    }
    if (!label.data || !msg_str(&label, &name))
        return false;
    add(spans, span, name);
    return true;
}

bool span_read(struct msg element, struct spans *spans, bool *browser)
{
    return msg_type(element) == MSG_MAP ? read_map(element, spans, browser) : read_array(element, spans);
}

size_t span_read_list(struct msg value, struct spans *spans, bool *browser)
{
    size_t n = 0;
    msg_array(&value, &n);
    for (size_t i = 0; i < n; i++)
        if (!span_read(msg_value(&value), spans, browser))
            return i;
    return SIZE_MAX;
}

/* ["0", "4", "ORG"], [0, 4, ["ORG"]]: two numbers, or texts of digits, and a label of any form. */
static bool is_near_array(struct msg c)
{
    struct str text;
    double real;
    int64_t whole;
    size_t n;
    if (!msg_array(&c, &n) || n < 3)
        return false;
    for (int i = 0; i < 2; i++) {
        bool is_text = msg_str(&c, &text), digits = is_text && text.size > 0;
        for (size_t k = 0; digits && k < text.size; k++)
            digits = text.data[k] >= '0' && text.data[k] <= '9';
        if (!digits && (is_text || (!msg_int(&c, &whole) && !msg_real(&c, &real))))
            return false;
    }
    return msg_type(c) == MSG_STR || msg_type(c) == MSG_ARRAY || msg_type(c) == MSG_MAP;
}

enum span_shape span_shape(struct msg value)
{
    size_t n;
    bool browser;
    if (!msg_array(&value, &n))
        return SPAN_NO_LIST;
    if (n == 0)
        return SPAN_EMPTY;
    struct msg first = msg_value(&value);
    if (span_key(first, "start_word").data || span_key(first, "start_byte").data)
        return SPAN_OURS;
    if (span_read(first, NULL, &browser))
        return SPAN_LIST;
    bool has_label = first_key(first, label_key).data || span_key(first, "labels").data;
    bool has_start = first_key(first, start_key).data, has_end = first_key(first, end_key).data;
    struct span span; /* old exports of doccano have numbers for labels */
    if (has_label && read_places(first, &span))
        return SPAN_LIST;
    bool is_near = (has_label && (has_start || has_end)) || (has_start && has_end) || is_near_array(first);
    return is_near ? SPAN_BROKEN : SPAN_NO_LIST;
}
