/* str_short: a text in 16 bytes: as it is in a stream if it is short, with no pointer to follow, or else where it is. */
#ifndef TAGPIPE_TEXT_STR_SHORT_H
#define TAGPIPE_TEXT_STR_SHORT_H

#include "base/util.h"

/* 0xa0 + size, the text, zeros; or 1, the size at 4 and the pointer at 8; or zeros: there is none (data is NULL). */
struct str_short {
    _Alignas(8) uint8_t bytes[16];
};
enum { STR_SHORT_MAX = 15, STR_SHORT_TAG = 0xa0, STR_SHORT_LONG = 1, STR_SHORT_SIZE_AT = 4, STR_SHORT_DATA_AT = 8 };

static inline bool str_short_is_short(const struct str_short *s)
{
    return s->bytes[0] >= STR_SHORT_TAG;
}

/* A longer text than STR_SHORT_MAX must live as long as what is made; it has less than 4 GiB. */
static inline struct str_short str_short_of(struct str s)
{
    struct str_short made = {{0}};
    if (s.size <= STR_SHORT_MAX && s.data) {
        made.bytes[0] = (uint8_t)(STR_SHORT_TAG + s.size);
        if (s.size)
            memcpy(made.bytes + 1, s.data, s.size);
    } else if (s.data) {
        uint32_t size = (uint32_t)s.size;
        made.bytes[0] = STR_SHORT_LONG;
        memcpy(made.bytes + STR_SHORT_SIZE_AT, &size, sizeof size);
        memcpy(made.bytes + STR_SHORT_DATA_AT, &s.data, sizeof s.data);
    }
    return made;
}

/* The first `size` bytes of two words, where numbers begin with their lowest byte. */
static inline struct str_short str_short_of_words(uint64_t low, uint64_t high, size_t size)
{
    uint64_t all = UINT64_MAX, words[2];
    struct str_short made;
    low &= size < 8 ? ~(all << 8 * size) : all;
    high &= size < 8 ? 0 : ~(all << 8 * (size - 8));
    words[0] = low << 8 | (STR_SHORT_TAG + size);
    words[1] = high << 8 | low >> 56;
    memcpy(made.bytes, words, sizeof made.bytes);
    return made;
}

/* Its text; a short one is within *s. */
static inline struct str str_short_text(const struct str_short *s)
{
    struct str text = {NULL, 0};
    uint32_t size;
    if (str_short_is_short(s))
        return (struct str){(const char *)s->bytes + 1, (size_t)s->bytes[0] - STR_SHORT_TAG};
    if (s->bytes[0] == 0)
        return text;
    memcpy(&size, s->bytes + STR_SHORT_SIZE_AT, sizeof size);
    memcpy(&text.data, s->bytes + STR_SHORT_DATA_AT, sizeof text.data);
    text.size = size;
    return text;
}

#endif
