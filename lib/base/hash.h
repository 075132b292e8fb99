/* hash_text: how streams and checkpoints write a hash. */
#ifndef TAGPIPE_BASE_HASH_H
#define TAGPIPE_BASE_HASH_H

#include <stdint.h>

/* 16 hex digits, the highest first, and a NUL. */
static inline void hash_text(uint64_t hash, char text[17])
{
    for (int i = 0; i < 16; i++)
        text[i] = "0123456789abcdef"[hash >> (60 - 4 * i) & 15];
    text[16] = 0;
}

#endif
