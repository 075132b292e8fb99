/* symbols: a text as code points that know where they come from. */
#ifndef TAGPIPE_TOKENIZER_SYMBOLS_H
#define TAGPIPE_TOKENIZER_SYMBOLS_H

#include "base/util.h"

/* One code point, and the code points [start, end) of the raw text that it comes from. */
struct symbol {
    uint32_t code, start, end;
};
/* Set to {0} at first; free(x.data) at the end. */
struct symbols {
    struct symbol *data;
    size_t n, room;
};

/* The code points of a valid UTF-8 text, each its own place, counted from 0 on. They replace what `out` held. */
void symbols_decode(struct str text, struct symbols *out);
/* Write n code points as UTF-8 to `text`, which has room for 4 * n bytes. Returns how many it wrote. */
size_t symbols_encode(const struct symbol *s, size_t n, char *text);
/* Append n code points with their places. */
void symbols_append(struct symbols *to, const struct symbol *s, size_t n);
/* Append a code point with the place of another. */
static inline void symbols_push(struct symbols *to, uint32_t code, struct symbol from)
{
    GROW(to->data, to->room, to->n + 1);
    to->data[to->n++] = (struct symbol){code, from.start, from.end};
}

/* A text that is made from another one, as the package counts: 0 for a code point that takes the place of one, 1 for one that is
 * inserted, and one less for each that is taken away with it. The changes stand in `start` until symbols_find_places. */
static inline void symbols_push_change(struct symbols *to, uint32_t code, int32_t change)
{
    GROW(to->data, to->room, to->n + 1);
    to->data[to->n++] = (struct symbol){code, (uint32_t)change, 0};
}
/* Changes of raw[0, n) to places. What is inserted is at the place of what stands before it. */
void symbols_find_places(const struct symbol *raw, size_t n, struct symbols *made);

#endif
