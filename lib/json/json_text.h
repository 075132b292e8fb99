/* json_text: the parts of json_read (json_read.h), which its files share: a cursor over the text, and what each kind of value
 * appends. Each reads one value and moves behind it; false: json_read's error is set and the cursor stands where it is. */
#ifndef TAGPIPE_JSON_JSON_TEXT_H
#define TAGPIPE_JSON_JSON_TEXT_H

#include "json/json_read.h"

struct json_text {
    struct json_reader *to;
    const char *data, *end;
};

bool json_text_number(struct json_text *text);        /* at a '-' or a digit */
bool json_text_string(struct json_text *text);        /* at its first quotation mark */
/* {"$bin": "base64"} or {"$ext": [type, "base64"]} and nothing else. False, without moving, if it is any other object. */
bool json_text_bytes(struct json_text *text);
/* Digits, added to *value; *exact becomes false where that no longer fits. Returns how many. */
size_t json_text_digits(struct json_text *text, uint64_t *value, bool *exact);

static inline bool json_text_fail(struct json_text *text, const char *error)
{
    text->to->error = error;
    return false;
}

/* The same, unless what is wrong is that the text is over. */
static inline bool json_text_unexpected(struct json_text *text, const char *error)
{
    return json_text_fail(text, text->data == text->end ? "the text ends inside a value" : error);
}

/* The next character; behind the last a 0, which no valid text has where this is asked. */
static inline char json_text_peek(const struct json_text *text)
{
    return text->data < text->end ? *text->data : 0;
}

static inline void json_text_space(struct json_text *text)
{
    while (text->data < text->end && (*text->data == ' ' || *text->data == '\t' || *text->data == '\n' || *text->data == '\r'))
        text->data++;
}

/* ---- what is appended ---- */

static inline uint8_t *json_read_reserve(struct json_reader *to, size_t size)
{
    GROW(to->data, to->room, to->n + size);
    return to->data + to->n;
}

/* A first byte and a number of `size` bytes behind it. */
static inline void json_read_put(struct json_reader *to, uint8_t first, uint64_t value, size_t size)
{
    uint8_t *at = json_read_reserve(to, 9);
    *at++ = first;
    for (size_t i = size; i-- > 0; )
        *at++ = (uint8_t)(value >> 8 * i);
    to->n += 1 + size;
}

/* How many bytes a number takes: 1, 2, 4 or 8, as 0, 1, 2 or 3. */
static inline unsigned json_read_width(uint64_t value)
{
    return value < 0x100 ? 0 : value < 0x10000 ? 1 : value <= UINT32_MAX ? 2 : 3;
}

#endif
