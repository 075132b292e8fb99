/* unigram: the most probable pieces of a pre-token (Kudo, 2018), as the Unigram model of the tokenizers package finds them. */
#ifndef TAGPIPE_TOKENIZER_UNIGRAM_H
#define TAGPIPE_TOKENIZER_UNIGRAM_H

#include "tokenizer/algorithm.h"

extern const struct algorithm unigram_algorithm;

#endif
