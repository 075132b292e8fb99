/* metaspace: the pre-tokenizer of sentencepiece's models: Metaspace of the tokenizers package. */
#ifndef TAGPIPE_TOKENIZER_METASPACE_H
#define TAGPIPE_TOKENIZER_METASPACE_H

#include "tokenizer/pretokenize.h"

/* When the replacement of a blank is put before a text that does not begin with one. */
enum metaspace_prepend { METASPACE_NEVER, METASPACE_FIRST /* at the beginning of the whole text only */, METASPACE_ALWAYS };

/* Blanks become `replacement`, and each begins a pre-token (if `split`). */
void metaspace_add(struct pretokenizer *to, uint32_t replacement, enum metaspace_prepend prepend, bool split);
/* The same from tokenizer.json. */
void metaspace_read(void *to, json_t *json, const char *path);

#endif
