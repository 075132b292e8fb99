/* normalize_unicode: the steps of Unicode: NFC, NFD, NFKC, NFKD, StripAccents and Lowercase of the tokenizers package. */
#ifndef TAGPIPE_TOKENIZER_NORMALIZE_UNICODE_H
#define TAGPIPE_TOKENIZER_NORMALIZE_UNICODE_H

#include "tokenizer/normalize.h"

/* One of them from tokenizer.json; they have no options. */
void normalize_unicode_read(void *to, json_t *json, const char *path);

#endif
