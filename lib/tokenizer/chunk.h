/* chunk: a stretch of text that is tokenized alone, and its pieces. */
#ifndef TAGPIPE_TOKENIZER_CHUNK_H
#define TAGPIPE_TOKENIZER_CHUNK_H

#include <stdlib.h>

#include "base/util.h"

/* A piece of a chunk: its id, its pre-token, its code points [start, end), all counted from the beginning of the chunk. */
struct chunk_piece {
    int32_t id;
    uint32_t word, start, end;
};

/* Where a chunk is: at the beginning of its text (a word is a text of its own), and whether no piece of the sentence comes
 * before it. */
struct chunk_place {
    bool at_start, is_first;
};

/* All pieces of a chunk. Set to {0} at first; chunk_pieces_free at the end. */
enum { CHUNK_OWN_TEXT = UINT32_MAX };
struct chunk_pieces {
    struct chunk_piece *data;
    uint32_t *symbols; /* of the normalized text, that a piece stands for; CHUNK_OWN_TEXT: its text in the vocabulary */
    size_t n, room, symbols_room;
    uint32_t words, codes; /* pre-tokens and code points of the chunk */
};

static inline void chunk_push_for(struct chunk_pieces *to, struct chunk_piece piece, uint32_t symbols)
{
    GROW(to->data, to->room, to->n + 1);
    GROW(to->symbols, to->symbols_room, to->n + 1);
    to->symbols[to->n] = symbols;
    to->data[to->n++] = piece;
}

static inline void chunk_push(struct chunk_pieces *to, struct chunk_piece piece)
{
    chunk_push_for(to, piece, CHUNK_OWN_TEXT);
}

static inline void chunk_pieces_free(struct chunk_pieces *pieces)
{
    free(pieces->data);
    free(pieces->symbols);
}

/* The blanks that chunks can be cut at, or in front of. */
static inline bool chunk_is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Whether the character before a blank is no white space, in a text that begins at `start` and that may be invalid. `ascii`: and
 * is ASCII. */
static inline bool chunk_can_end(const char *start, const char *blank, bool ascii)
{
    const unsigned char *c = (const unsigned char *)blank;
    size_t n = (size_t)(blank - start);
    if (n == 0 || c[-1] < 0x80 || ascii || n < 3)
        return n > 0 && c[-1] > ' ' && c[-1] < 0x7f;
    switch (c[-3]) { /* UTF-8 of U+1680, U+2000 to 200A, 2028, 2029, 202F, 205F, U+3000 */
    case 0xe1: return c[-2] != 0x9a || c[-1] != 0x80;
    case 0xe2:
        return !(c[-2] == 0x80 && (c[-1] <= 0x8a || c[-1] == 0xa8 || c[-1] == 0xa9 || c[-1] == 0xaf))
               && !(c[-2] == 0x81 && c[-1] == 0x9f);
    case 0xe3: return c[-2] != 0x80 || c[-1] != 0x80;
    default: /* U+0085, U+00A0 */ return c[-2] != 0xc2 || (c[-1] != 0x85 && c[-1] != 0xa0);
    }
}

#endif
