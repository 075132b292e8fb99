/* str_short: a short string in one place, as it is in a stream: no pointer to follow. */
#ifndef TAGPIPE_TEXT_STR_SHORT_H
#define TAGPIPE_TEXT_STR_SHORT_H

#include "base/util.h"

/* 0xa0 + size, the text, zeros; all zeros for a text of more than 15 bytes. */
struct str_short {
    uint8_t bytes[16];
};
static inline struct str_short str_short(struct str s)
{
    struct str_short made = {{0}};
    if (s.size < sizeof made.bytes) {
        made.bytes[0] = (uint8_t)(0xa0 + s.size);
        if (s.size)
            memcpy(made.bytes + 1, s.data, s.size);
    }
    return made;
}

#endif
