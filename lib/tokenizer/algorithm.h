/* algorithm: how a pre-token becomes pieces of a vocabulary. Each algorithm is a row of functions, in a file of its own. */
#ifndef TAGPIPE_TOKENIZER_ALGORITHM_H
#define TAGPIPE_TOKENIZER_ALGORITHM_H

#include <jansson.h>

#include "tokenizer/chunk.h"
#include "tokenizer/symbols.h"

struct vocab;

struct algorithm {
    const char *name; /* "type" of the model in tokenizer.json */
    /* Read what it needs besides the pieces, which are there, from the "model" of a tokenizer.json, or its defaults (NULL). */
    void (*read)(struct vocab *vocab, const json_t *model, const char *path);
    /* Its tables and its memory to work with; `vocab` must outlive it. */
    void *(*new)(const struct vocab *vocab);
    void (*free)(void *model);
    /* Append the pieces of the pre-token s[0, n), whose number is `word`; n > 0. */
    void (*cut)(void *model, const struct symbol *s, size_t n, uint32_t word, struct chunk_pieces *out);
    /* The same for the first pre-token if it is ASCII and each byte has its own place, from 0 on; `prefix` bytes in front of
     * that, of any text, are at the place of the first. NULL: there is no such short way. */
    void (*cut_ascii)(void *model, const char *text, size_t size, size_t prefix, struct chunk_pieces *out);
};

#endif
