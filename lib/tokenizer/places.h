/* places: which code points of a chunk the bytes of a pre-token come from. */
#ifndef TAGPIPE_TOKENIZER_PLACES_H
#define TAGPIPE_TOKENIZER_PLACES_H

#include "text/utf8.h"
#include "tokenizer/symbols.h"

/* Either the pre-token is the UTF-8 of symbols; or (`symbol` is NULL) it is one character of any kind, which takes `prefix` bytes
 * (0: there is none) and is at the place [0, 1), and then ASCII, each byte at a place of its own, from `place` on. */
struct places {
    const struct symbol *symbol; /* that covers the byte asked for last */
    size_t end;                  /* the bytes up to its end */
    size_t prefix;
    uint32_t place;
};

static inline struct places places_of_symbols(const struct symbol *s)
{
    return (struct places){.symbol = s, .end = utf8_size(s->code)};
}

static inline const struct symbol *places_find(struct places *p, size_t byte)
{
    while (p->end <= byte)
        p->end += utf8_size((++p->symbol)->code);
    return p->symbol;
}

/* Where a piece begins, whose first byte it is. Who asks goes forward. */
static inline uint32_t places_start(struct places *p, size_t byte)
{
    if (p->symbol)
        return places_find(p, byte)->start;
    return byte < p->prefix ? 0 : p->place + (uint32_t)(byte - p->prefix);
}

/* Where a piece ends, before this byte; byte > 0. */
static inline uint32_t places_end(struct places *p, size_t byte)
{
    if (p->symbol)
        return places_find(p, byte - 1)->end;
    return byte > p->prefix ? p->place + (uint32_t)(byte - p->prefix) : 1;
}

#endif
