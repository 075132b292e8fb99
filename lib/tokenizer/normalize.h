/* normalize: raw code points to those that the pieces are matched with. */
#ifndef TAGPIPE_TOKENIZER_NORMALIZE_H
#define TAGPIPE_TOKENIZER_NORMALIZE_H

#include "tokenizer/symbols.h"

/* What BertNormalizer of the tokenizers package does. */
struct normalizer {
    bool clean_text;    /* remove control characters, make white space a blank */
    bool chinese;       /* put blanks around Chinese characters */
    bool strip_accents; /* decompose (NFD) and remove non-spacing marks */
    bool lower;
};

/* Normalise raw[0, n) into `out`, which is emptied first. */
void normalize_bert(const struct normalizer *normalizer, const struct symbol *raw, size_t n, struct symbols *out);

#endif
