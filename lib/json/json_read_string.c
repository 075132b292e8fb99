/* json_read_string: strings of JSON as msgpack, and the objects that stand for binary and extensions. */
#include <stdlib.h>

#include "json/json_text.h"
#include "text/utf8.h"

static int hex_digit(char c)
{
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hexadecimal digits. */
static bool code_unit(struct json_text *p, uint32_t *code)
{
    *code = 0;
    for (int i = 0; i < 4; i++, p->data++) {
        int digit = hex_digit(json_text_peek(p));
        if (digit < 0)
            return json_text_unexpected(p, "\\u without four hexadecimal digits");
        *code = *code << 4 | (uint32_t)digit;
    }
    return true;
}

/* What follows a backslash, as UTF-8. */
static bool escaped(struct json_text *p, char **out)
{
    static const char letter[] = "\"\\/bfnrt", meaning[] = "\"\\/\b\f\n\r\t";
    char c = json_text_peek(p);
    const char *known = c ? strchr(letter, c) : NULL;
    if (!known && c != 'u')
        return json_text_unexpected(p, "an escape that JSON does not have");
    p->data++;
    if (known) {
        *(*out)++ = meaning[known - letter];
        return true;
    }
    uint32_t code, low = 0;
    if (!code_unit(p, &code))
        return false;
    if (code >= 0xd800 && code < 0xdc00 && p->end - p->data >= 2 && p->data[0] == '\\' && p->data[1] == 'u') {
        p->data += 2;
        if (!code_unit(p, &low))
            return false;
        if (low >= 0xdc00 && low < 0xe000)
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    }
    if (code >= 0xd800 && code < 0xe000)
        return json_text_fail(p, "half of a surrogate pair, which is not a character");
    *out += utf8_encode(code, *out);
    return true;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* A string with escapes. Its text is not longer than what stands for it. */
static bool string_with_escapes(struct json_text *p)
{
    const char *close = p->data;
    while (close < p->end && *close != '"')
        close += *close == '\\' ? 2 : 1;
    if (close >= p->end) {
        p->data = p->end;
        return json_text_fail(p, "a string without its end");
    }
    struct buffer *scratch = &p->to->scratch;
    scratch->n = 0;
    char *out = buffer_reserve(scratch, (size_t)(close - p->data));
    while (json_text_peek(p) != '"') {
        if (is_plain(*p->data))
            *out++ = *p->data++;
        else if (*p->data++ != '\\') {
            p->data--;
            return json_text_fail(p, "a control character in a string");
        } else if (!escaped(p, &out))
            return false;
    }
    p->data++;
    pack_str(&p->to->packed, (struct str){scratch->data, (size_t)(out - scratch->data)});
    return true;
}

bool json_text_string(struct json_text *p)
{
    const char *start = ++p->data;
    while (p->data < p->end && is_plain(*p->data))
        p->data++;
    size_t size = (size_t)(p->data - start);
    if (json_text_peek(p) != '"') {
        p->data = start;
        return string_with_escapes(p);
    }
    p->data++;
    pack_str(&p->to->packed, (struct str){start, size});
    return true;
}

/* ---- what JSON lacks ---- */

static int base64_digit(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    return c >= '0' && c <= '9' ? c - '0' + 52 : c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Decode the text between quotation marks; false if it is not base64. */
static bool base64(struct json_text *p, struct buffer *to)
{
    const char *text = p->data, *close = *text == '"' ? memchr(text + 1, '"', (size_t)(p->end - text - 1)) : NULL;
    if (!close || (close - ++text) % 4 != 0)
        return false;
    for (; text < close; text += 4) {
        int pad = close - text > 4 || text[3] != '=' ? 0 : text[2] != '=' ? 1 : 2;
        uint32_t bits = 0;
        for (int i = 0; i < 4; i++) {
            int digit = i >= 4 - pad ? 0 : base64_digit(text[i]);
            if (digit < 0)
                return false;
            bits = bits << 6 | (uint32_t)digit;
        }
        if (bits & ((1u << 8 * pad) - 1)) /* bits that no byte has: this would not be written so */
            return false;
        char *out = buffer_reserve(to, 3);
        for (int i = 0; i < 3 - pad; i++)
            *out++ = (char)(bits >> (16 - 8 * i));
        to->n += (size_t)(3 - pad);
    }
    p->data = close + 1;
    return true;
}

static bool take(struct json_text *p, const char *text)
{
    size_t size = strlen(text);
    json_text_space(p);
    if ((size_t)(p->end - p->data) < size || memcmp(p->data, text, size) != 0)
        return false;
    p->data += size;
    json_text_space(p);
    return p->data < p->end;
}

bool json_text_bytes(struct json_text *p)
{
    struct json_text look = *p;
    if (!take(&look, "{") || p->end - look.data < 8 || look.data[1] != '$')
        return false;
    struct buffer body = {0};
    bool is_ext = look.data[2] == 'e', found;
    int type = 0;
    if (is_ext) {
        found = take(&look, "\"$ext\"") && take(&look, ":") && take(&look, "[");
        bool negative = found && *look.data == '-', exact = true;
        uint64_t value = 0;
        look.data += negative;
        bool zero = found && *look.data == '0';
        size_t digits = found ? json_text_digits(&look, &value, &exact) : 0;
        found = digits > 0 && digits <= (zero ? 1 : 3) && value <= 127u + negative && take(&look, ",");
        type = negative ? -(int)value : (int)value;
    } else
        found = take(&look, "\"$bin\"") && take(&look, ":");
    found = found && base64(&look, &body) && (!is_ext || take(&look, "]"));
    if (found) {
        json_text_space(&look);
        found = json_text_peek(&look) == '}';
    }
    if (found) {
        p->data = look.data + 1;
        if (is_ext)
            pack_ext(&p->to->packed, (int8_t)type, packed_msg(&body));
        else
            pack_bin(&p->to->packed, packed_msg(&body));
    }
    free(body.data);
    return found;
}
