/* bpe_merges: which pairs of pieces become one, and in what order (the merges of byte-pair encoding). */
#ifndef TAGPIPE_TOKENIZER_BPE_MERGES_H
#define TAGPIPE_TOKENIZER_BPE_MERGES_H

#include <jansson.h>

#include "tokenizer/vocab.h"

struct bpe_merge {
    uint32_t left, right, rank, id; /* the ids of two neighbours, and of the piece that they become; the lowest rank goes first */
};
/* Open addressing; rank is BPE_NO_RANK in a free slot. */
enum { BPE_NO_RANK = UINT32_MAX >> 1 };
struct bpe_merges {
    size_t slots; /* a power of two */
    struct bpe_merge *slot;
    uint64_t hash; /* identity: XXH3 over the pairs of ids in their order */
};

/* The merges of the list "merges" of a tokenizer.json, of ["a", "b"] or "a b", or those that vocab_json has read from it
 * already; json NULL: those of a merges.txt. The pieces must be there. Dies if a merge has a piece that the vocabulary does not
 * have. */
struct bpe_merges *bpe_merges_read(struct vocab *vocab, json_t *json, const char *path);
void bpe_merges_free(struct bpe_merges *merges);

/* The slot where the search for a pair begins. */
static inline size_t bpe_merges_start(const struct bpe_merges *m, uint32_t left, uint32_t right)
{
    return ((uint64_t)left << 32 | right) * UINT64_C(0x9e3779b97f4a7c15) >> 32 & (m->slots - 1);
}

/* The merge of a pair; its rank is BPE_NO_RANK if there is none. */
static inline const struct bpe_merge *bpe_merges_find(const struct bpe_merges *m, uint32_t left, uint32_t right)
{
    for (size_t i = bpe_merges_start(m, left, right);; i = (i + 1) & (m->slots - 1)) {
        const struct bpe_merge *slot = &m->slot[i];
        if (slot->rank == BPE_NO_RANK || (slot->left == left && slot->right == right))
            return slot;
    }
}

#endif
