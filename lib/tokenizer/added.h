/* added: tokens that are matched as a whole in the text (AddedVocabulary of the tokenizers package). */
#ifndef TAGPIPE_TOKENIZER_ADDED_H
#define TAGPIPE_TOKENIZER_ADDED_H

#include "tokenizer/vocab.h"

/* The added tokens of a vocabulary, made ready for matching; `vocab` must outlive it. */
struct added;
struct added *added_new(const struct vocab *vocab);
void added_free(struct added *added);

/* symbols [start, end); the next search begins at `resume` */
struct added_match {
    int32_t id;
    size_t start, end, resume;
};

/* False: no token that is matched before (or after) normalisation begins with this code point. */
bool added_may_begin(const struct added *added, bool normalized, uint32_t code);

/* The leftmost, then longest match from `search` on, of the tokens that are matched before (or after) normalisation. What is
 * before `done` belongs to an earlier match, and is not stripped again. */
bool added_find(const struct added *added, bool normalized, const struct symbol *s, size_t n, size_t search, size_t done,
                struct added_match *match);

#endif
