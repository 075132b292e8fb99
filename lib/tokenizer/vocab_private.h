/* vocab_private: what vocab.c, vocab_files.c and wordpiece.c share. */
#ifndef TAGPIPE_TOKENIZER_VOCAB_PRIVATE_H
#define TAGPIPE_TOKENIZER_VOCAB_PRIVATE_H

#include "tokenizer/vocab.h"

enum { VOCAB_MAX = 1 << 24, VOCAB_FILE_MAX = 256 << 20 };

/* `text` must live as long as the vocabulary. */
void vocab_set(struct vocab *vocab, struct str text, size_t id);
/* Make the pieces that are there so far ready for vocab_find; how many different ones. */
size_t vocab_index(struct vocab *vocab);
/* Let the vocabulary have this memory; returns it. */
char *vocab_keep(struct vocab *vocab, char *text);

/* The pieces of a tokenizer.json, indexed, and its text [size] with an empty object in their place. NULL, and no piece, where
 * the file is not as tokenizers writes it (it may be JSON all the same). */
char *vocab_json_pieces(struct vocab *vocab, const char *path, size_t *size);

/* FNV-1a: it grows byte by byte, so all prefixes of a word cost one pass. The low bits are mixed once more at the end. */
#define VOCAB_HASH_START 0xcbf29ce484222325u
static inline uint64_t vocab_hash_step(uint64_t hash, char byte)
{
    return (hash ^ (unsigned char)byte) * 0x100000001b3u;
}
static inline uint64_t vocab_hash_end(uint64_t hash)
{
    return hash ^ hash >> 29;
}
static inline uint64_t vocab_hash_bytes(const char *text, size_t size)
{
    uint64_t hash = VOCAB_HASH_START;
    for (size_t i = 0; i < size; i++)
        hash = vocab_hash_step(hash, text[i]);
    return vocab_hash_end(hash);
}

/* False: there is no piece of this hash, ended. The filter is small enough to stay near the processor, the slots are not. */
enum { VOCAB_FILTER_BITS = 1 << 18 };
static inline size_t vocab_filter_bit(uint64_t hash)
{
    return hash >> 20 & (VOCAB_FILTER_BITS - 1);
}
static inline bool vocab_may_have(const struct vocab *v, uint64_t hash)
{
    size_t bit = vocab_filter_bit(hash);
    return v->filter[bit / 64] >> bit % 64 & 1;
}

/* memcmp's call would cost more than most words are long. */
static inline bool is_same(const char *a, const char *b, size_t n)
{
    uint64_t x, y;
    uint32_t u, v;
    if (n > 2 * sizeof x)
        return memcmp(a, b, n) == 0;
    if (n < sizeof u)
        return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] && a[n - 1] == b[n - 1]);
    if (n < sizeof x) {
        memcpy(&u, a, sizeof u);
        memcpy(&v, b, sizeof v);
        if (u != v)
            return false;
        memcpy(&u, a + n - sizeof u, sizeof u);
        memcpy(&v, b + n - sizeof v, sizeof v);
        return u == v;
    }
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    if (x != y)
        return false;
    memcpy(&x, a + n - sizeof x, sizeof x);
    memcpy(&y, b + n - sizeof y, sizeof y);
    return x == y;
}

static inline bool vocab_piece_is(const struct vocab *v, size_t id, const char *text, size_t size)
{
    const struct str_short *s = &v->short_piece[id];
    if (s->bytes[0])
        return s->bytes[0] == 0xa0 + size && is_same((const char *)s->bytes + 1, text, size);
    return v->piece[id].size == size && memcmp(v->piece[id].data, text, size) == 0;
}

#endif
