/* pretokenize_split: the steps that cut at characters, texts or patterns: Whitespace, WhitespaceSplit, Digits, Punctuation,
 * CharDelimiterSplit and Split of the tokenizers package. */
#ifndef TAGPIPE_TOKENIZER_PRETOKENIZE_SPLIT_H
#define TAGPIPE_TOKENIZER_PRETOKENIZE_SPLIT_H

#include "tokenizer/pretokenize.h"

/* WhitespaceSplit: at white space, which is left out. */
void pretokenize_split_add_white(struct pretokenizer *to);
/* One of them from tokenizer.json. */
void pretokenize_split_read(void *to, json_t *json, const char *path);

#endif
