/* json_read: JSON text as msgpack: values, arrays and objects. */
#include "json/json_text.h"

static bool word(struct json_text *p, const char *text, uint8_t byte)
{
    size_t size = strlen(text);
    if ((size_t)(p->end - p->data) < size || memcmp(p->data, text, size) != 0)
        return json_text_fail(p, (size_t)(p->end - p->data) < size && memcmp(p->data, text, (size_t)(p->end - p->data)) == 0
                           ? "the text ends inside a value" : "a value is expected");
    p->data += size;
    json_read_put(p->to, byte, 0, 0);
    return true;
}

/* One value that is no array and no map. */
static bool scalar(struct json_text *p)
{
    switch (json_text_peek(p)) {
    case '"': return json_text_string(p);
    case 'n': return word(p, "null", 0xc0);
    case 't': return word(p, "true", 0xc3);
    case 'f': return word(p, "false", 0xc2);
    case 'N':
    case 'I': return json_text_fail(p, "NaN and Infinity are no JSON");
    case '-':
        if (p->end - p->data > 1 && p->data[1] == 'I')
            return json_text_fail(p, "NaN and Infinity are no JSON");
        return json_text_number(p);
    default:
        return *p->data >= '0' && *p->data <= '9' ? json_text_number(p) : json_text_fail(p, "a value is expected");
    }
}

struct level { size_t start, n; bool is_map; };

/* An array or map begins with one byte; its end widens that where there is more in it than the byte can say. */
static void close_level(struct json_reader *to, const struct level *l)
{
    size_t wide = l->n < 16 ? 0 : l->n < 0x10000 ? 2 : 4;
    json_read_reserve(to, 4);
    uint8_t *head = to->data + l->start;
    if (wide > 0) {
        memmove(head + 1 + wide, head + 1, to->n - l->start - 1);
        to->n += wide;
    }
    if (wide == 0)
        *head = (uint8_t)((l->is_map ? 0x80u : 0x90u) | l->n);
    else
        *head = (uint8_t)((l->is_map ? 0xdeu : 0xdcu) + (wide == 4));
    for (size_t i = 0; i < wide; i++)
        head[1 + i] = (uint8_t)(l->n >> 8 * (wide - 1 - i));
}

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
            level[++depth] = (struct level){p->to->n, 0, is_map};
            json_read_put(p->to, 0, 0, 0);
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
        /* behind a value, or in front of the bracket that closes an empty one */
        for (; ; closed = false) {
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
            close_level(p->to, &level[depth--]);
        }
    }
}

bool json_read_value(struct json_reader *to, struct str text)
{
    struct json_text p = {to, text.data, text.data + text.size};
    size_t start = to->n;
    bool good = value(&p);
    if (good) {
        json_text_space(&p);
        if (p.data < p.end)
            good = json_text_fail(&p, "more behind the value");
        else if (to->n - start > MSG_SIZE_MAX)
            good = json_text_fail(&p, "a value of more than 64 MiB");
    }
    if (!good)
        to->n = start;
    to->column = (size_t)(p.data - text.data) + 1;
    return good;
}
