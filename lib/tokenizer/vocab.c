/* vocab: pieces and their ids. */
#include "tokenizer/vocab.h"

#include <stdlib.h>
#include <string.h>

#include <xxhash.h>

#include "base/hash.h"
#include "tokenizer/bpe_merges.h"
#include "tokenizer/vocab_private.h"

void vocab_set(struct vocab *v, struct str text, size_t id)
{
    if (id > VOCAB_MAX)
        die("a vocabulary with the id %zu", id);
    if (id >= v->n) {
        GROW(v->piece, v->room, id + 1);
        GROW(v->short_piece, v->short_room, id + 1);
        memset(v->piece + v->n, 0, (id + 1 - v->n) * sizeof *v->piece);
        memset(v->short_piece + v->n, 0, (id + 1 - v->n) * sizeof *v->short_piece);
        v->n = id + 1;
    }
    v->piece[id] = text;
    v->short_piece[id] = str_short(text);
}

char *vocab_keep(struct vocab *v, char *text)
{
    v->text = xrealloc(v->text, v->n_texts + 1, sizeof *v->text);
    return v->text[v->n_texts++] = text;
}

void vocab_add_merge(struct vocab *v, struct vocab_merge merge)
{
    GROW(v->merge, v->merge_room, v->n_merges + 1);
    v->merge[v->n_merges++] = merge;
}

/* ---- the table ---- */

/* The end of a hash mixes its low bits once more. */
static uint64_t hash_end(uint64_t hash)
{
    return hash ^ hash >> 29;
}

static uint64_t hash_bytes(const char *text, size_t size)
{
    return hash_end(vocab_hash_text(text, size));
}

/* 32 KiB of bits: small enough to stay in the nearest cache; the slots are not. */
enum { FILTER_BITS = 1 << 18 };
static size_t filter_bit(uint64_t hash)
{
    return hash >> 20 & (FILTER_BITS - 1);
}

static bool piece_is(const struct vocab *v, size_t id, const char *text, size_t size)
{
    const struct str_short *s = &v->short_piece[id];
    if (s->bytes[0])
        return s->bytes[0] == 0xa0 + size && str_same_bytes((const char *)s->bytes + 1, text, size);
    return str_equal(v->piece[id], (struct str){text, size});
}

/* A slot has an id plus one, and above it bits of the hash, so that hardly ever another piece is looked at; 0: it is free. */
enum { SLOT_ID_BITS = 25, SLOT_TAG_SHIFT = 64 - (32 - SLOT_ID_BITS) };
_Static_assert(VOCAB_MAX + 1 < 1 << SLOT_ID_BITS, "ids fit into slots");

static uint32_t slot_tag(uint64_t hash)
{
    return (uint32_t)(hash >> SLOT_TAG_SHIFT) << SLOT_ID_BITS;
}

static int32_t slot_id(uint32_t slot)
{
    return (int32_t)(slot & ((1u << SLOT_ID_BITS) - 1)) - 1;
}

static size_t slot_of(const struct vocab *v, uint64_t hash, const char *text, size_t size)
{
    size_t i = hash & (v->slots - 1);
    for (uint32_t tag = slot_tag(hash), slot; (slot = v->slot[i]); i = (i + 1) & (v->slots - 1))
        if ((slot ^ tag) >> SLOT_ID_BITS == 0 && piece_is(v, (size_t)slot_id(slot), text, size))
            break;
    return i;
}

/* Returns whether it is the first piece with this text. */
static bool index_piece(struct vocab *v, size_t id, uint64_t hash)
{
    struct str piece = v->piece[id];
    size_t bit = filter_bit(hash);
    v->filter[bit / 64] |= UINT64_C(1) << bit % 64;
    uint32_t *slot = &v->slot[slot_of(v, hash, piece.data, piece.size)];
    bool is_first = *slot == 0;
    *slot = slot_tag(hash) | ((uint32_t)id + 1);
    v->longest = piece.size > v->longest ? piece.size : v->longest;
    return is_first;
}

/* Later ids win where a piece occurs twice, as the last line of a vocab.txt does. Some pieces at a time, so that they wait for
 * the memory together. */
size_t vocab_index(struct vocab *v)
{
    enum { TOGETHER = 16 };
    uint64_t hash[TOGETHER];
    size_t distinct = 0, n = 0;
    for (v->slots = 1024; v->slots < 2 * v->n; v->slots *= 2)
        ;
    free(v->slot);
    free(v->filter);
    v->slot = xcalloc(v->slots, sizeof *v->slot);
    v->filter = xcalloc(FILTER_BITS / 64, sizeof *v->filter);
    v->longest = 0;
    for (size_t first = 0; first < v->n; first += TOGETHER) {
        size_t some = v->n - first < TOGETHER ? v->n - first : TOGETHER;
        for (size_t i = 0; i < some; i++) {
            struct str piece = v->piece[first + i];
            hash[i] = piece.data ? hash_bytes(piece.data, piece.size) : 0;
            __builtin_prefetch(&v->slot[hash[i] & (v->slots - 1)], 1);
        }
        for (size_t i = 0; i < some; i++)
            if (v->piece[first + i].data) {
                distinct += index_piece(v, first + i, hash[i]);
                n++;
            }
    }
    v->n_indexed = v->n;
    v->repeats = distinct < n;
    return distinct;
}

int32_t vocab_find_piece(const struct vocab *v, const char *text, size_t size)
{
    return slot_id(v->slot[slot_of(v, hash_bytes(text, size), text, size)]);
}

void vocab_find_texts(const struct vocab *v, struct vocab_text *t, size_t n)
{
    for (size_t i = 0; i < n; i++)
        __builtin_prefetch(&v->slot[hash_end(t[i].hash) & (v->slots - 1)]);
    for (size_t i = 0; i < n; i++) {
        int32_t first = slot_id(v->slot[hash_end(t[i].hash) & (v->slots - 1)]);
        __builtin_prefetch(&v->short_piece[first < 0 ? 0 : first]);
        if (v->score)
            __builtin_prefetch(&v->score[first < 0 ? 0 : first]);
    }
    for (size_t i = 0; i < n; i++)
        t[i].id = slot_id(v->slot[slot_of(v, hash_end(t[i].hash), t[i].text, t[i].size)]);
}

int32_t vocab_find(const struct vocab *v, const char *text, size_t size)
{
    int32_t id = vocab_find_piece(v, text, size);
    for (size_t i = 0; id < 0 && i < v->n_added; i++)
        if (str_equal(v->added[i].text, (struct str){text, size}))
            id = v->added[i].id;
    return id;
}

int32_t vocab_longest_prefix(const struct vocab *v, const char *text, size_t prefix, size_t size, size_t *matched)
{
    enum { SIZE_LIMIT = 1024 };
    uint64_t hash = VOCAB_HASH_START, hashes[SIZE_LIMIT];
    size_t max = v->longest < size ? v->longest : size;
    if (max > SIZE_LIMIT)
        max = SIZE_LIMIT;
    for (size_t i = 0; i < max; i++)
        hashes[i] = hash = vocab_hash_step(hash, text[i]);
    for (size_t n = max; n > prefix; n--) {
        uint64_t whole = hash_end(hashes[n - 1]);
        size_t bit = filter_bit(whole);
        if (!(v->filter[bit / 64] >> bit % 64 & 1))
            continue;
        if (n < size && (text[n] & 0xc0) == 0x80)
            continue; /* not at the end of a code point */
        uint32_t found = v->slot[slot_of(v, whole, text, n)];
        if (found) {
            *matched = n;
            return slot_id(found);
        }
    }
    return -1;
}

void vocab_hash(const struct vocab *v, char hash[17])
{
    char *text = NULL;
    size_t n = 0, room = 0;
    for (size_t id = 0; id < v->n; id++) {
        struct str piece = v->piece[id];
        GROW(text, room, n + piece.size + 1);
        /* If two lines have the same piece, tokenizer.json has only the last: both forms must give the same hash. */
        if (piece.data && ((id < v->n_indexed && !v->repeats) || vocab_find(v, piece.data, piece.size) == (int32_t)id)) {
            memcpy(text + n, piece.data, piece.size);
            n += piece.size;
        }
        text[n++] = '\n';
    }
    if (v->merges) {
        GROW(text, room, n + sizeof v->merges->hash);
        memcpy(text + n, &v->merges->hash, sizeof v->merges->hash);
        n += sizeof v->merges->hash;
    }
    hash_text(XXH3_64bits(text, n), hash);
    free(text);
}

void vocab_free(struct vocab *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->n_texts; i++)
        free(v->text[i]);
    free(v->text);
    free(v->piece);
    free(v->short_piece);
    free(v->slot);
    free(v->filter);
    free(v->score);
    free(v->added);
    free(v->more);
    normalize_free(&v->normalizer);
    pretokenize_free(&v->pretokenizer);
    bpe_merges_free(v->merges);
    free(v->merge);
    free(v);
}
