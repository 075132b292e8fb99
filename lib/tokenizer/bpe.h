/* bpe: byte-pair encoding (Sennrich et al., 2016), as GPT-2 and the tokenizers package do it. */
#ifndef TAGPIPE_TOKENIZER_BPE_H
#define TAGPIPE_TOKENIZER_BPE_H

#include "tokenizer/algorithm.h"

extern const struct algorithm bpe_algorithm;

#endif
