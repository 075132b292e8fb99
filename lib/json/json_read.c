/* json_read: JSON text as msgpack: values, arrays and objects. */
#include "json/json_text.h"

#include <stdlib.h>

static bool word(struct json_text *p, const char *text)
{
    size_t size = strlen(text);
    if ((size_t)(p->end - p->data) < size || memcmp(p->data, text, size) != 0)
        return json_text_fail(p, (size_t)(p->end - p->data) < size && memcmp(p->data, text, (size_t)(p->end - p->data)) == 0
                                     ? "the text ends inside a value"
                                     : "a value is expected");
    p->data += size;
    return true;
}

static bool null(struct json_text *p)
{
    if (!word(p, "null"))
        return false;
    pack_nil(&p->to->packed);
    return true;
}

static bool truth(struct json_text *p, bool value)
{
    if (!word(p, value ? "true" : "false"))
        return false;
    pack_bool(&p->to->packed, value);
    return true;
}

/* One value that is neither an array nor a map. */
static bool scalar(struct json_text *p)
{
    switch (json_text_peek(p)) {
    case '"': return json_text_string(p);
    case 'n': return null(p);
    case 't': return truth(p, true);
    case 'f': return truth(p, false);
    case 'N':
    case 'I': return json_text_fail(p, "NaN and Infinity are not JSON");
    case '-':
        if (p->end - p->data > 1 && p->data[1] == 'I')
            return json_text_fail(p, "NaN and Infinity are not JSON");
        return json_text_number(p);
    default: return *p->data >= '0' && *p->data <= '9' ? json_text_number(p) : json_text_fail(p, "a value is expected");
    }
}

struct level {
    size_t place, n;
    bool is_map;
};

/* A key and its colon. */
static bool key(struct json_text *p)
{
    json_text_space(p);
    if (json_text_peek(p) != '"')
        return json_text_unexpected(p, "a name in quotation marks is expected");
    if (!json_text_string(p))
        return false;
    json_text_space(p);
    if (json_text_peek(p) != ':')
        return json_text_unexpected(p, "a ':' is expected");
    p->data++;
    return true;
}

static bool value(struct json_text *p)
{
    struct level level[MSG_NESTING_MAX + 1];
    size_t depth = 0;
    for (;;) {
        json_text_space(p);
        if (p->data == p->end)
            return json_text_unexpected(p, "");
        bool is_map = *p->data == '{', closed = false;
        if (*p->data == '[' || (is_map && !json_text_bytes(p))) {
            if (depth == MSG_NESTING_MAX)
                return json_text_fail(p, "nested deeper than 8");
            level[++depth] = (struct level){pack_open(&p->to->packed), 0, is_map};
            p->data++;
            json_text_space(p);
            closed = json_text_peek(p) == (is_map ? '}' : ']');
            if (!closed) {
                if (is_map && !key(p))
                    return false;
                continue;
            }
        } else if (!is_map && !scalar(p))
            return false;
        /* after a value, or before the bracket that closes an empty one */
        for (;; closed = false) {
            if (depth == 0)
                return true;
            level[depth].n += !closed;
            json_text_space(p);
            char c = json_text_peek(p);
            if (c == ',') {
                p->data++;
                if (level[depth].is_map && !key(p))
                    return false;
                break;
            }
            if (c != (level[depth].is_map ? '}' : ']'))
                return json_text_unexpected(p, level[depth].is_map ? "a ',' or '}' is expected" : "a ',' or ']' is expected");
            p->data++;
            pack_close(&p->to->packed, level[depth].place, level[depth].is_map, level[depth].n);
            depth--;
        }
    }
}

bool json_read_value(struct json_reader *to, struct str text)
{
    struct json_text p = {to, text.data, text.data + text.size};
    size_t start = to->packed.n;
    bool good = value(&p);
    if (good) {
        json_text_space(&p);
        if (p.data < p.end)
            good = json_text_fail(&p, "more after the value");
        else if (to->packed.n - start > MSG_SIZE_MAX)
            good = json_text_fail(&p, "a value of more than 64 MiB");
    }
    if (!good)
        to->packed.n = start;
    to->column = (size_t)(p.data - text.data) + 1;
    return good;
}

void json_reader_free(struct json_reader *reader)
{
    free(reader->packed.data);
    free(reader->scratch.data);
    *reader = (struct json_reader){0};
}
