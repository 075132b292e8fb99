/* grapheme: extended grapheme clusters, what a reader takes for one character (UAX #29, Unicode 17). */
#ifndef TAGPIPE_TOKENIZER_GRAPHEME_H
#define TAGPIPE_TOKENIZER_GRAPHEME_H

#include "tokenizer/symbols.h"

/* How many of s[0, n) are its first cluster; n > 0, and one begins at s. The two halves of a flag are cut apart: see
 * tests/golden/grapheme_tables.py. */
size_t grapheme_size(const struct symbol *s, size_t n);
/* Whether a cluster surely ends between these two, of which one is a blank, a tab or the end of a line. */
bool grapheme_ends(uint32_t before, uint32_t after);

#endif
