/* added: tokens that are matched as a whole in the text (AddedVocabulary of the tokenizers package). */
#ifndef TAGPIPE_ADDED_H
#define TAGPIPE_ADDED_H

#include "normalize.h"

struct added_match { int32_t id; size_t from, to; };        /* symbols [from, to) */

/* The leftmost, then longest match at or behind `at` of the tokens that are matched before (or after) normalisation. */
bool added_find(const struct vocab *vocab, bool normalized, const struct symbol *s, size_t n, size_t at,
                struct added_match *match);

#endif
