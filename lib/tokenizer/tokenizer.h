/* tokenizer: words or a raw text into pieces, whatever the algorithm. */
#ifndef TAGPIPE_TOKENIZER_TOKENIZER_H
#define TAGPIPE_TOKENIZER_TOKENIZER_H

#include <tagpipe/stream.h>

#include "tokenizer/pieces.h"
#include "tokenizer/vocab.h"

struct tokenizer;
/* A tokenizer keeps the pieces of words that it has met (at most some 50 MB of them). `vocab` must outlive it. */
struct tokenizer *tokenizer_new(const struct vocab *vocab);
void tokenizer_free(struct tokenizer *tokenizer);

/* Append the pieces of n words, each tokenized alone; a piece's word is the index of its word. Returns n, or the index of the
 * first word that is not valid UTF-8. */
size_t tokenizer_words(struct tokenizer *tokenizer, const struct str *word, size_t n, struct pieces *out);
/* Append the pieces of a raw text; each of its pre-tokens is a word, from 0 on. False if the text is not valid UTF-8. */
bool tokenizer_text(struct tokenizer *tokenizer, struct str text, struct pieces *out);
/* The pieces of a sentence replace what `out` held: of its `tokens`, or where there are none of its `text`. Dies, with the
 * record's name, if it has neither, is not valid UTF-8, or is one window of a sentence. */
void tokenizer_record(struct tokenizer *tokenizer, const struct record *record, struct pieces *out);

#endif
