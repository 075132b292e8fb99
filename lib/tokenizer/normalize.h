/* normalize: raw text to the code points that WordPiece sees, each with its place in the raw text. */
#ifndef TAGPIPE_TOKENIZER_NORMALIZE_H
#define TAGPIPE_TOKENIZER_NORMALIZE_H

#include "tokenizer/vocab.h"

/* One code point after normalisation, and the raw code points [start, end) that it came from. */
struct symbol { uint32_t code, start, end; };
struct symbols { struct symbol *data; size_t n, room; };

/* Raw code points, each its own place, counted from `first` on. */
void symbols_decode(struct str text, uint32_t first, struct symbols *out);
/* BertNormalizer over raw[from, to): cleaning, blanks around Chinese characters, accents, lower case. */
void symbols_normalize(const struct vocab *vocab, const struct symbol *raw, size_t n, struct symbols *out);

#endif
