/* normalize_bert: the normalizer of BERT's tokenizer. */
#ifndef TAGPIPE_TOKENIZER_NORMALIZE_BERT_H
#define TAGPIPE_TOKENIZER_NORMALIZE_BERT_H

#include "tokenizer/normalize.h"

/* What BertNormalizer of the tokenizers package does. */
struct normalize_bert {
    bool clean_text;    /* remove control characters, make white space a blank */
    bool chinese;       /* put blanks around Chinese characters */
    bool strip_accents; /* decompose (NFD) and remove non-spacing marks */
    bool lower;
};

/* Normalise raw[0, n) into `out`, which is emptied first. */
void normalize_bert(const struct normalize_bert *options, const struct symbol *raw, size_t n, struct symbols *out);
/* It as a step; whether there is one. */
void normalize_bert_add(struct normalizer *to, struct normalize_bert options);
bool normalize_bert_is_in(const struct normalizer *normalizer);
/* "strip_accents" of an object: by default what lower case says. */
bool normalize_bert_accents(const json_t *json, const char *path, bool lower);
/* The options of a BertNormalizer of tokenizer.json, and the step with them. */
struct normalize_bert normalize_bert_options(const json_t *json, const char *path);
void normalize_bert_read(void *to, json_t *json, const char *path);

#endif
