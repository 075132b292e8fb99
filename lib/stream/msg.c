/* msg: reading msgpack values in place. */
#include "stream/msg.h"

#include <string.h>

static uint64_t big_endian(const uint8_t *at, size_t size)
{
    uint64_t value = 0;
    for (size_t i = 0; i < size; i++)
        value = value << 8 | at[i];
    return value;
}

enum msg_type msg_type(struct msg m)
{
    if (m.data >= m.end)
        return MSG_END;
    uint8_t b = *m.data;
    if (b < 0x80 || b >= 0xe0)
        return MSG_INT;
    if (b < 0x90)
        return MSG_MAP;
    if (b < 0xa0)
        return MSG_ARRAY;
    if (b < 0xc0)
        return MSG_STR;
    static const uint8_t type[32] = {
        MSG_NIL, MSG_END, MSG_BOOL, MSG_BOOL, MSG_BIN, MSG_BIN, MSG_BIN, MSG_EXT, MSG_EXT, MSG_EXT, MSG_FLOAT, MSG_FLOAT,
        MSG_INT, MSG_INT, MSG_INT, MSG_INT, MSG_INT, MSG_INT, MSG_INT, MSG_INT, MSG_EXT, MSG_EXT, MSG_EXT, MSG_EXT,
        MSG_EXT, MSG_STR, MSG_STR, MSG_STR, MSG_ARRAY, MSG_ARRAY, MSG_MAP, MSG_MAP,
    };
    return (enum msg_type)type[b - 0xc0];
}

const char *msg_type_name(enum msg_type type)
{
    static const char *const name[] = {
        "nothing", "nil", "a boolean", "an integer", "a float", "a string", "binary", "an array", "a map", "an extension",
    };
    return name[type];
}

/* For each first byte from 0xc0 on: how many bytes of a length (or of a fixed body) follow, and what they are. */
enum shape { BODY, LENGTH, EXT_LENGTH, ELEMENTS, PAIRS, INVALID };
static const struct { uint8_t size, shape; } form[32] = {
    {0, BODY}, {0, INVALID}, {0, BODY}, {0, BODY}, {1, LENGTH}, {2, LENGTH}, {4, LENGTH},
    {1, EXT_LENGTH}, {2, EXT_LENGTH}, {4, EXT_LENGTH}, {4, BODY}, {8, BODY},
    {1, BODY}, {2, BODY}, {4, BODY}, {8, BODY}, {1, BODY}, {2, BODY}, {4, BODY}, {8, BODY},
    {2, BODY}, {3, BODY}, {5, BODY}, {9, BODY}, {17, BODY},
    {1, LENGTH}, {2, LENGTH}, {4, LENGTH}, {2, ELEMENTS}, {4, ELEMENTS}, {2, PAIRS}, {4, PAIRS},
};

/* Head of the value at `at`: the bytes of head and body (`size`), and the values that follow inside it (`n`). False: cut. */
static bool head(const uint8_t *at, const uint8_t *end, uint64_t *size, uint64_t *n)
{
    uint8_t b = *at;
    *n = 0;
    *size = 1;
    if (b < 0x80 || b >= 0xe0)
        return true;
    if (b < 0x90) {
        *n = 2 * (uint64_t)(b & 15);
        return true;
    }
    if (b < 0xa0) {
        *n = b & 15;
        return true;
    }
    if (b < 0xc0) {
        *size = 1 + (uint64_t)(b & 31);
        return *size <= (uint64_t)(end - at);
    }
    size_t follow = form[b - 0xc0].size;
    if ((size_t)(end - at) < 1 + follow)
        return false;
    uint64_t value = follow <= 8 ? big_endian(at + 1, follow) : 0;
    *size = 1 + follow;
    switch ((enum shape)form[b - 0xc0].shape) {
    case BODY:
    case INVALID:    break;
    case LENGTH:     *size += value; break;
    case EXT_LENGTH: *size += value + 1; break;
    case ELEMENTS:   *n = value; break;
    case PAIRS:      *n = 2 * value; break;
    }
    return *size <= (uint64_t)(end - at);
}

/* Whether an array of small integers is at `at`, all of it: offsets are pairs of them. */
static bool is_short_array(const uint8_t *at, const uint8_t *end)
{
    if ((*at & 0xf0) != 0x90 || end - at <= (*at & 15))
        return false;
    for (const uint8_t *last = at + (*at & 15); last > at; last--)
        if (*last >= 0x80)
            return false;
    return true;
}

/* Integers of up to two bytes, floats and short strings are most of what there is, and arrays of small integers where there
 * may be arrays: pass as many of `left` as follow one another. */
static const uint8_t *skip_simple(const uint8_t *at, const uint8_t *end, uint64_t *left, bool arrays)
{
    uint64_t n = *left;
    for (; n > 0 && at < end; n--) {
        uint64_t eight = 0x8080808080808080;
        while (n > 8 && end - at > 8 && (memcpy(&eight, at, 8), !(eight & 0x8080808080808080))) {
            at += 8;
            n -= 8;
        }
        if (*at < 0x80)
            at++;
        else if ((*at & 0xe0) == 0xa0 && end - at > (*at & 31))
            at += 1 + (*at & 31);
        else if (*at == 0xca && end - at >= 5)
            at += 5;
        else if ((*at == 0xcc || *at == 0xcd) && end - at >= *at - 0xca)
            at += *at - 0xca;
        else if (arrays && is_short_array(at, end))
            at += 1 + (*at & 15);
        else
            break;
    }
    *left = n;
    return at;
}

size_t msg_scan_more(struct scan *scan, const uint8_t *start, const uint8_t *end)
{
    struct scan s = *scan;                  /* in registers: this loop sees every value of a stream */
    if (!s.begun) {
        s.begun = true;
        s.left[0] = 1;
    }
    const uint8_t *at = start + s.done;
    size_t result = MSG_CUT;
    for (;;) {
        while (s.left[s.depth] == 0 && s.depth > 0)
            s.depth--;
        if (s.left[s.depth] == 0) {
            result = (size_t)(at - start);
            break;
        }
        if (s.depth == 1 && s.inside - s.left[1] < s.marks_max) {
            uint64_t one = 1;
            s.mark[s.inside - s.left[1]] = (uint32_t)(at - start);
            at = skip_simple(at, end, &one, true);
            if (one == 0) {
                s.left[1]--;
                continue;
            }
        } else {
            at = skip_simple(at, end, &s.left[s.depth], s.depth < MSG_NESTING_MAX);
            if (s.left[s.depth] == 0)
                continue;
        }
        if (at >= end)
            break;
        uint64_t size, n;
        bool whole = head(at, end, &size, &n);
        if (*at == 0xc1)
            return MSG_INVALID;
        if (size > MSG_SIZE_MAX || n > MSG_SIZE_MAX)
            return MSG_HUGE;
        if (!whole)
            break;
        s.left[s.depth]--;
        enum msg_type type = msg_type((struct msg){at, end});
        at += size;
        if (type == MSG_ARRAY || type == MSG_MAP) {
            if (s.depth == MSG_NESTING_MAX)
                return MSG_DEEP;
            s.left[++s.depth] = n;
            if (s.depth == 1)
                s.inside = n;
        }
    }
    s.done = (size_t)(at - start);
    *scan = s;
    return result;
}

size_t msg_scan(const uint8_t *at, const uint8_t *end)
{
    struct scan scan = {0};
    return msg_scan_more(&scan, at, end);
}

struct msg msg_value(struct msg *c)
{
    struct msg value = {c->data, c->data};
    size_t size = msg_scan(c->data, c->end);
    if (msg_is_size(size))
        value.end = c->data += size;
    return value;
}

bool msg_int(struct msg *c, int64_t *value)
{
    if (msg_type(*c) != MSG_INT)
        return false;
    uint8_t b = *c->data;
    if (b < 0x80 || b >= 0xe0) {
        *value = (int8_t)b;
        c->data++;
        return true;
    }
    size_t size = form[b - 0xc0].size;
    uint64_t bits = big_endian(c->data + 1, size);
    if (b >= 0xd0)                          /* signed: extend the sign */
        *value = (int64_t)(bits << (64 - 8 * size)) >> (64 - 8 * size);
    else if (bits > INT64_MAX)
        return false;
    else
        *value = (int64_t)bits;
    c->data += 1 + size;
    return true;
}

bool msg_real(struct msg *c, double *value)
{
    int64_t whole;
    if (msg_int(c, &whole)) {
        *value = (double)whole;
        return true;
    }
    if (msg_type(*c) != MSG_FLOAT)
        return false;
    if (*c->data == 0xca) {
        uint32_t bits = (uint32_t)big_endian(c->data + 1, 4);
        float single;
        memcpy(&single, &bits, sizeof single);
        *value = (double)single;
        c->data += 5;
    } else {
        uint64_t bits = big_endian(c->data + 1, 8);
        memcpy(value, &bits, sizeof *value);
        c->data += 9;
    }
    return true;
}

bool msg_bool(struct msg *c, bool *value)
{
    if (msg_type(*c) != MSG_BOOL)
        return false;
    *value = *c->data++ == 0xc3;
    return true;
}

bool msg_str(struct msg *c, struct str *value)
{
    if (msg_type(*c) != MSG_STR)
        return false;
    uint8_t b = *c->data;
    size_t skip = 1, size = b & 31;
    if (b >= 0xc0) {
        skip = 1u + form[b - 0xc0].size;
        size = (size_t)big_endian(c->data + 1, skip - 1);
    }
    *value = (struct str){(const char *)c->data + skip, size};
    c->data += skip + size;
    return true;
}

static bool count(struct msg *c, enum msg_type type, size_t *n)
{
    if (msg_type(*c) != type)
        return false;
    uint8_t b = *c->data;
    size_t skip = 1;
    *n = b & 15;
    if (b >= 0xc0) {
        skip = 1u + form[b - 0xc0].size;
        *n = (size_t)big_endian(c->data + 1, skip - 1);
    }
    c->data += skip;
    return true;
}

bool msg_array(struct msg *c, size_t *n)
{
    return count(c, MSG_ARRAY, n);
}

bool msg_map(struct msg *c, size_t *n)
{
    return count(c, MSG_MAP, n);
}

/* Append one array of integers. */
static bool ints_append(struct msg *c, struct array_ints *out)
{
    size_t n;
    if (!msg_array(c, &n))
        return false;
    GROW(out->data, out->room, out->n + n);
    int32_t *to = out->data + out->n;
    for (size_t i = 0; i < n; i++) {
        int64_t value;
        for (uint64_t eight; n - i >= 8 && (memcpy(&eight, c->data, 8), !(eight & 0x8080808080808080)); i += 8, c->data += 8)
            for (size_t k = 0; k < 8; k++)
                to[i + k] = c->data[k];
        if (i == n)
            break;
        if (*c->data < 0x80)
            value = *c->data++;
        else if (*c->data == 0xc0) {
            value = MSG_INT_NIL;
            c->data++;
        } else if (!msg_int(c, &value) || value <= INT32_MIN || value > INT32_MAX)
            return false;
        to[i] = (int32_t)value;
    }
    out->n += n;
    return true;
}

bool msg_ints(struct msg value, struct array_ints *out)
{
    out->n = 0;
    return ints_append(&value, out);
}

bool msg_strs(struct msg value, struct array_strs *out)
{
    size_t n;
    out->n = 0;
    if (!msg_array(&value, &n))
        return false;
    GROW(out->data, out->room, n);
    for (; out->n < n; out->n++)
        if (!msg_str(&value, &out->data[out->n]))
            return false;
    return true;
}

bool msg_ragged(struct msg value, struct array_ints *out, struct array_sizes *start)
{
    size_t rows;
    out->n = start->n = 0;
    if (!msg_array(&value, &rows))
        return false;
    GROW(start->data, start->room, rows + 1);
    for (; start->n < rows; start->n++) {
        start->data[start->n] = out->n;
        if (!ints_append(&value, out))
            return false;
    }
    start->data[start->n++] = out->n;
    return true;
}

bool msg_matrix(struct msg value, struct array_floats *out, size_t *rows, size_t *columns)
{
    out->n = *rows = *columns = 0;
    size_t n_rows;
    if (!msg_array(&value, &n_rows))
        return false;
    for (; *rows < n_rows; ++*rows) {
        size_t n;
        if (!msg_array(&value, &n) || (*rows > 0 && n != *columns))
            return false;
        *columns = n;
        GROW(out->data, out->room, out->n + n);
        for (size_t i = 0; i < n; i++) {
            double x;
            if (!msg_real(&value, &x))
                return false;
            out->data[out->n++] = (float)x;
        }
    }
    return true;
}
