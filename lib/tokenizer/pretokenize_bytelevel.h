/* pretokenize_bytelevel: GPT-2's pre-tokens (Radford et al., 2019): bytes that are written as characters which can be seen. */
#ifndef TAGPIPE_TOKENIZER_PRETOKENIZE_BYTELEVEL_H
#define TAGPIPE_TOKENIZER_PRETOKENIZE_BYTELEVEL_H

#include "tokenizer/pretokenize.h"

/* How a blank is written: U+0120. */
enum { PRETOKENIZE_BYTELEVEL_BLANK = 0x120 };

/* ByteLevel of the tokenizers package. `prefix`: each stretch gets a blank before it if it does not begin with one; `splits`: by
 * GPT-2's rule, else a stretch is one pre-token. */
void pretokenize_bytelevel_add(struct pretokenizer *to, bool prefix, bool splits);
/* Give a text a blank before it, whatever its options say; false if the first step is of another kind. */
bool pretokenize_bytelevel_set_prefix(struct pretokenizer *of);
void pretokenize_bytelevel_read(void *to, json_t *json, const char *path);

#endif
