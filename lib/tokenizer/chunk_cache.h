/* chunk_cache: the pieces of the chunks that were met before. Most words of a text are; to look one up costs much less than to
 * tokenize it, whatever the tokenizer. */
#ifndef TAGPIPE_TOKENIZER_CHUNK_CACHE_H
#define TAGPIPE_TOKENIZER_CHUNK_CACHE_H

#include "tokenizer/chunk.h"

/* A chunk to be looked up, and the blanks before it. chunk_cache_expect fills in the hash. */
struct chunk {
    struct str text;
    uint64_t hash;
    uint32_t blanks;
};

/* What is known of a chunk; its text [size] follows the pieces. */
struct chunk_entry {
    uint32_t size, n, words, codes;
    struct chunk_piece piece[];
};

/* Entries lie in blocks, in units of 8 bytes; at most 32 MiB of them. A slot holds the upper bits of the hash, and the position
 * of the entry plus one (0: no entry). Where slots or blocks are full everything is forgotten: simple, and rare. */
enum { CHUNK_CACHE_SLOTS = 1 << 17, CHUNK_CACHE_BLOCKS = 32, CHUNK_CACHE_BLOCK_UNITS = 1 << 17, CHUNK_CACHE_POSITION_BITS = 23 };
_Static_assert(CHUNK_CACHE_BLOCKS *CHUNK_CACHE_BLOCK_UNITS < 1 << CHUNK_CACHE_POSITION_BITS, "positions fit into slots");
/* Longer chunks, and those of more pieces, are not kept. */
enum { CHUNK_CACHE_SIZE_MAX = 64, CHUNK_CACHE_PIECES_MAX = 64 };

struct chunk_cache {
    uint32_t *slot;
    size_t used; /* open addressing, [CHUNK_CACHE_SLOTS] */
    uint64_t *block[CHUNK_CACHE_BLOCKS];
    size_t n_blocks, block_used;
    struct chunk_entry *alone;
    size_t alone_room; /* the last one that is not kept */
};

struct chunk_cache *chunk_cache_new(void);
void chunk_cache_free(struct chunk_cache *cache);

/* Hash n chunks, and fetch ahead what chunk_cache_find will read: all chunks wait for the memory together, instead of one after
 * the other. */
void chunk_cache_expect(const struct chunk_cache *cache, struct chunk *chunk, size_t n);

static inline const struct chunk_entry *chunk_cache_at(const struct chunk_cache *cache, size_t position)
{
    return (const struct chunk_entry *)(cache->block[position / CHUNK_CACHE_BLOCK_UNITS] + position % CHUNK_CACHE_BLOCK_UNITS);
}

static inline const struct chunk_entry *chunk_cache_at_slot(const struct chunk_cache *cache, uint32_t slot)
{
    return chunk_cache_at(cache, (slot & ((1u << CHUNK_CACHE_POSITION_BITS) - 1)) - 1);
}

static inline uint32_t chunk_cache_tag(uint64_t hash)
{
    return (uint32_t)(hash >> 32) >> CHUNK_CACHE_POSITION_BITS << CHUNK_CACHE_POSITION_BITS;
}

/* The entry of an expected chunk; NULL if there is none. Valid until the next chunk_cache_add. */
static inline const struct chunk_entry *chunk_cache_find(const struct chunk_cache *cache, const struct chunk *chunk)
{
    uint32_t tag = chunk_cache_tag(chunk->hash), slot;
    for (size_t i = chunk->hash & (CHUNK_CACHE_SLOTS - 1); (slot = cache->slot[i]); i = (i + 1) & (CHUNK_CACHE_SLOTS - 1)) {
        if ((slot ^ tag) >> CHUNK_CACHE_POSITION_BITS != 0)
            continue;
        const struct chunk_entry *e = chunk_cache_at_slot(cache, slot);
        if (str_equal((struct str){(const char *)(e->piece + e->n), e->size}, chunk->text))
            return e;
    }
    return NULL;
}

/* Add an expected chunk that was not found, and keep it for later, if `keep`. The entry that comes back is valid until the
 * next call, even if it was not kept. */
const struct chunk_entry *chunk_cache_add(struct chunk_cache *cache, const struct chunk *chunk, const struct chunk_pieces *pieces,
                                          bool keep);

#endif
