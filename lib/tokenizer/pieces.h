/* pieces: what a tokenizer makes of the words or the text of a sentence. */
#ifndef TAGPIPE_TOKENIZER_PIECES_H
#define TAGPIPE_TOKENIZER_PIECES_H

#include <tagpipe/array.h>

/* Arrays of equal length, without [CLS] and [SEP]. Set to {0} at first. */
struct pieces {
    struct array_ints id;
    struct array_ints word;       /* which of the words given, or which pre-token of the text, from 0 on */
    struct array_ints start, end; /* code points of the word, or of the text; half open */
};

void pieces_grow(struct pieces *p, size_t n);
/* Room for n pieces in all. Inlined: it is called for each word. */
static inline void pieces_reserve(struct pieces *p, size_t n)
{
    if (n > p->end.room) /* the last that grows */
        pieces_grow(p, n);
}
void pieces_clear(struct pieces *p);
void pieces_free(struct pieces *p);

#endif
