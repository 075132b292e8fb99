/* wordpiece: the longest pieces from the left (Wu et al., 2016), as BERT and the tokenizers package do it. */
#ifndef TAGPIPE_TOKENIZER_WORDPIECE_H
#define TAGPIPE_TOKENIZER_WORDPIECE_H

#include "tokenizer/algorithm.h"

extern const struct algorithm wordpiece_algorithm;

#endif
