/* chunk: a stretch of text that is tokenized alone, and its pieces. */
#ifndef TAGPIPE_TOKENIZER_CHUNK_H
#define TAGPIPE_TOKENIZER_CHUNK_H

#include "base/util.h"

/* A piece of a chunk: its id, its pre-token, its code points [start, end), all counted from the beginning of the chunk. */
struct chunk_piece {
    int32_t id;
    uint32_t word, start, end;
};

/* All pieces of a chunk. Set to {0} at first; free(x.data) at the end. */
struct chunk_pieces {
    struct chunk_piece *data;
    size_t n, room;
    uint32_t words, codes; /* pre-tokens and code points of the chunk */
};

static inline void chunk_push(struct chunk_pieces *to, struct chunk_piece piece)
{
    GROW(to->data, to->room, to->n + 1);
    to->data[to->n++] = piece;
}

/* The blanks that chunks can be cut at. */
static inline bool chunk_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

#endif
