/* normalize_text: the steps of sentencepiece's normalizers: Precompiled, Replace, Strip and Prepend of the tokenizers package. */
#ifndef TAGPIPE_TOKENIZER_NORMALIZE_TEXT_H
#define TAGPIPE_TOKENIZER_NORMALIZE_TEXT_H

#include "tokenizer/charsmap.h"
#include "tokenizer/normalize.h"

/* The step frees the map. */
void normalize_text_add_charsmap(struct normalizer *to, struct charsmap *map);
/* From tokenizer.json. */
void normalize_text_read_charsmap(void *to, json_t *json, const char *path);
void normalize_text_read_replace(void *to, json_t *json, const char *path);
void normalize_text_read_strip(void *to, json_t *json, const char *path);
void normalize_text_read_prepend(void *to, json_t *json, const char *path);

#endif
