/* vocab_private: what vocab.c, vocab_files.c and wordpiece.c share. */
#ifndef TAGPIPE_VOCAB_PRIVATE_H
#define TAGPIPE_VOCAB_PRIVATE_H

#include "vocab.h"

enum { VOCAB_MAX = 1 << 24 };

/* `text` must live as long as the vocabulary. */
void vocab_set(struct vocab *vocab, struct str text, size_t id);
void vocab_index(struct vocab *vocab);

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

#endif
