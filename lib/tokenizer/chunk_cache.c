/* chunk_cache: a hash table over blocks of entries. */
#include "tokenizer/chunk_cache.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum { UNIT = sizeof(uint64_t) };

struct chunk_cache *chunk_cache_new(void)
{
    struct chunk_cache *c = xcalloc(1, sizeof *c);
    c->slot = xcalloc(CHUNK_CACHE_SLOTS, sizeof *c->slot);
    return c;
}

static void forget(struct chunk_cache *c)
{
    for (size_t i = 0; i < c->n_blocks; i++)
        free(c->block[i]);
    c->n_blocks = c->block_used = c->used = 0;
    memset(c->slot, 0, CHUNK_CACHE_SLOTS * sizeof *c->slot);
}

void chunk_cache_free(struct chunk_cache *c)
{
    if (!c)
        return;
    forget(c);
    free(c->slot);
    free(c->alone);
    free(c);
}

void chunk_cache_expect(const struct chunk_cache *c, struct chunk *chunk, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t size = chunk[i].text.size < CHUNK_CACHE_SIZE_MAX ? chunk[i].text.size : CHUNK_CACHE_SIZE_MAX;
        chunk[i].hash = XXH3_64bits(chunk[i].text.data, size);
        __builtin_prefetch(&c->slot[chunk[i].hash & (CHUNK_CACHE_SLOTS - 1)]);
    }
    for (size_t i = 0; i < n; i++) {
        uint32_t slot = c->slot[chunk[i].hash & (CHUNK_CACHE_SLOTS - 1)];
        if (slot)
            __builtin_prefetch(chunk_cache_at_slot(c, slot));
    }
}

/* Room among the entries that are kept, for one of so many units, and a slot that leads there. */
static struct chunk_entry *keep(struct chunk_cache *c, uint64_t hash, size_t units)
{
    bool block_is_full = c->n_blocks == 0 || c->block_used + units > CHUNK_CACHE_BLOCK_UNITS;
    if (2 * (c->used + 1) > CHUNK_CACHE_SLOTS || (block_is_full && c->n_blocks == CHUNK_CACHE_BLOCKS)) {
        forget(c);
        block_is_full = true;
    }
    if (block_is_full) {
        c->block[c->n_blocks++] = xmalloc(CHUNK_CACHE_BLOCK_UNITS, UNIT);
        c->block_used = 0;
    }
    size_t position = (c->n_blocks - 1) * CHUNK_CACHE_BLOCK_UNITS + c->block_used, i = hash & (CHUNK_CACHE_SLOTS - 1);
    while (c->slot[i])
        i = (i + 1) & (CHUNK_CACHE_SLOTS - 1);
    c->slot[i] = chunk_cache_tag(hash) | (uint32_t)(position + 1);
    c->block_used += units;
    c->used++;
    return (struct chunk_entry *)chunk_cache_at(c, position);
}

const struct chunk_entry *chunk_cache_add(struct chunk_cache *c, const struct chunk *chunk, const struct chunk_pieces *pieces,
                                          bool keep_it)
{
    struct str text = chunk->text;
    size_t piece_bytes = pieces->n * sizeof *pieces->data, size = sizeof(struct chunk_entry) + piece_bytes + text.size;
    struct chunk_entry *e;
    if (keep_it && text.size <= CHUNK_CACHE_SIZE_MAX && pieces->n <= CHUNK_CACHE_PIECES_MAX)
        e = keep(c, chunk->hash, (size + UNIT - 1) / UNIT);
    else {
        if (c->alone_room < size)
            c->alone = xrealloc(c->alone, c->alone_room = 2 * size, 1);
        e = c->alone;
    }
    *e = (struct chunk_entry){(uint32_t)text.size, (uint32_t)pieces->n, pieces->words, pieces->codes};
    if (pieces->n)
        memcpy(e->piece, pieces->data, piece_bytes);
    if (text.size)
        memcpy((char *)e->piece + piece_bytes, text.data, text.size);
    return e;
}
