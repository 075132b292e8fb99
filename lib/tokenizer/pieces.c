/* pieces: four arrays that grow together. */
#include "tokenizer/pieces.h"

#include <stdlib.h>

#include "base/util.h"

void pieces_grow(struct pieces *p, size_t n)
{
    GROW(p->id.data, p->id.room, n);
    GROW(p->word.data, p->word.room, n);
    GROW(p->start.data, p->start.room, n);
    GROW(p->end.data, p->end.room, n);
}

void pieces_clear(struct pieces *p)
{
    p->id.n = p->word.n = p->start.n = p->end.n = 0;
}

void pieces_free(struct pieces *p)
{
    free(p->id.data);
    free(p->word.data);
    free(p->start.data);
    free(p->end.data);
}
