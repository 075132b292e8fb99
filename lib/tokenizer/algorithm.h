/* algorithm: how a pre-token becomes pieces of a vocabulary. Each algorithm is a row of functions, in a file of its own. */
#ifndef TAGPIPE_TOKENIZER_ALGORITHM_H
#define TAGPIPE_TOKENIZER_ALGORITHM_H

#include <jansson.h>

#include "tokenizer/chunk.h"
#include "tokenizer/places.h"

struct vocab;

struct algorithm {
    const char *name; /* "type" of the model in tokenizer.json */
    /* Read what it needs besides the pieces, which are there, from the "model" of a tokenizer.json, or its defaults (NULL). */
    void (*read)(struct vocab *vocab, const json_t *model, const char *path);
    /* Its tables and its memory to work with; `vocab` must outlive it. */
    void *(*new)(const struct vocab *vocab);
    void (*free)(void *model);
    /* Append the pieces of a pre-token, which is not empty; `word` is its number. */
    void (*cut)(void *model, struct str text, struct places from, uint32_t word, struct chunk_pieces *out);
};

#endif
