/* json_text: the parts of json_read (json_read.h), which its files share: a cursor over the text, and what each kind of value
 * appends. Each reads one value and moves past it; false: json_read's error is set and the cursor stands where it is. */
#ifndef TAGPIPE_JSON_JSON_TEXT_H
#define TAGPIPE_JSON_JSON_TEXT_H

#include "json/json_read.h"

struct json_text {
    struct json_reader *to;
    const char *data, *end;
};

bool json_text_number(struct json_text *text); /* at a '-' or a digit */
bool json_text_string(struct json_text *text); /* at its first quotation mark */
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

/* The next character; after the last a 0, which no valid text has where this is asked. */
static inline char json_text_peek(const struct json_text *text)
{
    return text->data < text->end ? *text->data : 0;
}

static inline void json_text_space(struct json_text *text)
{
    while (text->data < text->end && (*text->data == ' ' || *text->data == '\t' || *text->data == '\n' || *text->data == '\r'))
        text->data++;
}

#endif
