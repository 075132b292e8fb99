/* json_write: msgpack values as JSON text. */
#include "json/json_write.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "text/decimal.h"
#include "text/utf8.h"
#include "stream/fields.h"

bool json_write_str(struct buffer *to, struct str s)
{
    static const char hex[] = "0123456789abcdef";
    if (utf8_invalid_at(s.data, s.size) < s.size)
        return false;
    char *out = buffer_reserve(to, 6 * s.size + 2);
    const uint8_t *c = (const uint8_t *)s.data, *end = c + s.size;
    *out++ = '"';
    while (c < end) {
        if (*c >= 0x20 && *c != '"' && *c != '\\')
            *out++ = (char)*c++;
        else {
            static const char escape[] = "\"\\\b\f\n\r\t", letter[] = "\"\\bfnrt";
            const char *known = *c ? strchr(escape, *c) : NULL;
            *out++ = '\\';
            if (known)
                *out++ = letter[known - escape];
            else {
                memcpy(out, "u00", 3);
                out[3] = hex[*c >> 4];
                out[4] = hex[*c & 15];
                out += 5;
            }
            c++;
        }
    }
    *out++ = '"';
    to->n = (size_t)(out - to->data);
    return true;
}

static void put_base64(struct buffer *to, const uint8_t *bytes, size_t size)
{
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char *out = buffer_reserve(to, size / 3 * 4 + 6);
    *out++ = '"';
    for (size_t i = 0; i < size; i += 3) {
        size_t left = size - i;
        uint32_t bits = (uint32_t)bytes[i] << 16 | (left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0) | (left > 2 ? bytes[i + 2] : 0);
        *out++ = digit[bits >> 18];
        *out++ = digit[bits >> 12 & 63];
        *out++ = left > 1 ? digit[bits >> 6 & 63] : '=';
        *out++ = left > 2 ? digit[bits & 63] : '=';
    }
    *out++ = '"';
    to->n = (size_t)(out - to->data);
}

/* Binary and extensions, which JSON lacks. The scan has checked the lengths. */
static void put_bytes(struct buffer *to, struct msg *c)
{
    struct msg value = msg_value(c);
    uint8_t b = *value.data;
    if (b >= 0xc4 && b <= 0xc6) {
        buffer_add_string(to, "{\"$bin\":");
        value.data += 1 + ((size_t)1 << (b - 0xc4));
    } else {
        value.data += b <= 0xc9 ? 1 + ((size_t)1 << (b - 0xc7)) : 1;
        buffer_add_string(to, "{\"$ext\":[");
        to->n += decimal_int(buffer_reserve(to, DECIMAL_SIZE), (int8_t)*value.data++);
        buffer_add_string(to, ",");
    }
    put_base64(to, value.data, (size_t)(value.end - value.data));
    buffer_add_string(to, b <= 0xc6 ? "}" : "]}");
}

static void put_number(struct json_writer *state, struct buffer *to, struct msg *c)
{
    char *out = buffer_reserve(to, DECIMAL_SIZE);
    bool is_double = *c->data == 0xcb;
    double value;
    msg_real(c, &value);
    if (!isfinite(value)) {
        state->not_finite++;
        buffer_add_string(to, "null");
        return;
    }
    if (!is_double) {
        to->n += decimal_float(out, (float)value);
        return;
    }
    size_t size = decimal_double(out, value);
    char single[DECIMAL_SIZE];
    if (isfinite((float)value) && decimal_float(single, (float)value) == size && memcmp(single, out, size) == 0) {
        char *e = memchr(out, 'e', size);
        if (e)
            *e = 'E';
        else {
            memcpy(out + size, "E0", 2);
            size += 2;
        }
    }
    to->n += size;
}

static bool put_integer(struct json_writer *state, struct buffer *to, struct msg *c, const struct label_set *names)
{
    int64_t value;
    if (!msg_int(c, &value)) { /* above INT64_MAX */
        uint64_t large = 0;
        for (int i = 1; i <= 8; i++)
            large = large << 8 | c->data[i];
        c->data += 9;
        if (!names) {
            to->n += decimal_uint(buffer_reserve(to, DECIMAL_SIZE), large);
            return true;
        }
        value = INT64_MAX;
    }
    if (!names || value == LABEL_NONE) {
        to->n += decimal_int(buffer_reserve(to, DECIMAL_SIZE), value);
        return true;
    }
    if (value < 0 || (uint64_t)value >= names->n) {
        state->error = "a label id that the header does not name";
        return false;
    }
    state->error = "a label name that is not UTF-8";
    return json_write_str(to, (struct str){names->name[value], strlen(names->name[value])});
}

/* One value that is neither an array nor a map. */
static bool put_scalar(struct json_writer *state, struct buffer *to, struct msg *c, const struct label_set *names)
{
    struct str s;
    bool truth = false;
    switch (msg_type(*c)) {
    case MSG_INT: return put_integer(state, to, c, names);
    case MSG_FLOAT: put_number(state, to, c); return true;
    case MSG_STR:
        msg_str(c, &s);
        state->error = "a string that is not UTF-8";
        return json_write_str(to, s);
    case MSG_BOOL:
        msg_bool(c, &truth);
        buffer_add_string(to, truth ? "true" : "false");
        return true;
    case MSG_NIL:
        c->data++;
        buffer_add_string(to, "null");
        return true;
    default: put_bytes(to, c); return true;
    }
}

/* A number below 128, and what follows it. */
static char *put_small(char *out, uint8_t b, char next)
{
    if (b >= 100) {
        *out++ = '1';
        b -= 100;
        *out++ = (char)('0' + b / 10);
    } else if (b >= 10)
        *out++ = (char)('0' + b / 10);
    *out++ = (char)('0' + b % 10);
    *out++ = next;
    return out;
}

/* A short string that JSON has as it is; false, and nothing done, for others. */
static bool put_plain(struct buffer *to, struct msg *c)
{
    const uint8_t *bytes = c->data + 1;
    size_t size = *c->data & 31;
    char *out = buffer_reserve(to, size + 3);
    bool plain = true;
    *out++ = '"';
    for (size_t i = 0; i < size; i++) {
        plain = plain && bytes[i] >= 0x20 && bytes[i] < 0x80 && bytes[i] != '"' && bytes[i] != '\\';
        out[i] = (char)bytes[i];
    }
    memcpy(out + size, "\",", 2);
    to->n += plain ? size + 3 : 0;
    c->data += plain ? size + 1 : 0;
    return plain;
}

/* An array of a few numbers below 128; the same. */
static bool put_few(struct buffer *to, struct msg *c)
{
    size_t n = *c->data & 15;
    const uint8_t *bytes = c->data + 1;
    char *out = buffer_reserve(to, 4 * n + 2);
    *out++ = '[';
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] >= 0x80)
            return false;
        out = put_small(out, bytes[i], i + 1 < n ? ',' : ']');
    }
    *out++ = ',';
    to->n = (size_t)(out - to->data);
    c->data = bytes + n;
    return true;
}

/* The values that follow one another in an array as long as they are of the common kinds, each with the comma after it:
 * these are most values. Leaves the last of `left` to the caller. */
static void put_run(struct buffer *to, struct msg *c, size_t *left)
{
    for (; *left > 1; --*left) {
        uint8_t b = *c->data;
        if (b < 0x80) {
            to->n = (size_t)(put_small(buffer_reserve(to, 4), b, ',') - to->data);
            c->data++;
        } else if (b == 0xcd) {
            char *out = buffer_reserve(to, DECIMAL_SIZE + 1);
            size_t size = decimal_uint(out, (uint64_t)c->data[1] << 8 | c->data[2]);
            out[size] = ',';
            to->n += size + 1;
            c->data += 3;
        } else if ((b & 0xe0) == 0xa0) {
            if (!put_plain(to, c))
                return;
        } else if (b > 0x90 && b < 0xa0) {
            if (!put_few(to, c))
                return;
        } else if (b == 0xca && (c->data[1] & 0x7f) < 0x7f) {
            uint32_t bits = (uint32_t)c->data[1] << 24 | (uint32_t)c->data[2] << 16 | (uint32_t)c->data[3] << 8 | c->data[4];
            float value;
            memcpy(&value, &bits, sizeof value);
            char *out = buffer_reserve(to, DECIMAL_SIZE + 1);
            size_t size = decimal_float(out, value);
            out[size] = ',';
            to->n += size + 1;
            c->data += 5;
        } else
            return;
    }
}

bool json_write_value(struct json_writer *state, struct buffer *to, struct msg c, const struct label_set *names)
{
    struct {
        size_t left;
        bool is_map;
    } level[MSG_NESTING_MAX + 1];
    size_t depth = 0, n;
    level[0].left = 1;
    level[0].is_map = false;
    for (;;) {
        while (level[depth].left == 0) {
            if (depth == 0)
                return true;
            buffer_add(to, level[depth--].is_map ? "}" : "]", 1);
            if (level[depth].left > 0)
                buffer_add(to, ",", 1);
        }
        if (!level[depth].is_map && !names)
            put_run(to, &c, &level[depth].left);
        level[depth].left--;
        if (level[depth].is_map) {
            struct str key;
            state->error = "a map with a key that is not a UTF-8 string";
            if (!msg_str(&c, &key) || !json_write_str(to, key))
                return false;
            buffer_add(to, ":", 1);
        }
        bool is_map = msg_type(c) == MSG_MAP;
        if (is_map ? msg_map(&c, &n) : msg_array(&c, &n)) {
            buffer_add(to, is_map ? "{" : "[", 1);
            depth++;
            level[depth].left = n;
            level[depth].is_map = is_map;
            continue;
        }
        if (!put_scalar(state, to, &c, names))
            return false;
        if (level[depth].left > 0)
            buffer_add(to, ",", 1);
    }
}
