/* ascii: the short way of a chunk of ASCII characters, as most are: without code points and without the steps.
 *
 * What the normalizer makes of each character, and which runs the pre-tokenizer makes of them, is asked once. A character that
 * changes with its neighbours, or that an added token may begin with, has no short way, nor has a chunk with one. */
#ifndef TAGPIPE_TOKENIZER_ASCII_H
#define TAGPIPE_TOKENIZER_ASCII_H

#include "tokenizer/added.h"
#include "tokenizer/chunk.h"

/* `vocab` must outlive it. */
struct ascii;
struct ascii *ascii_new(const struct vocab *vocab, const struct added *added);
void ascii_free(struct ascii *ascii);

/* The pieces of a chunk, if it has a short way; they are appended to `out`, which is empty. False if it has none, whatever is in
 * `out` then. `model`: of the algorithm. */
bool ascii_run(const struct ascii *ascii, void *model, struct str text, struct chunk_place place, struct chunk_pieces *out);

#endif
