/* wordpiece: BERT's tokenizer (Devlin et al., 2019), as the tokenizers package does it: BertNormalizer, BertPreTokenizer,
 * WordPiece (Wu et al., 2016), with offsets in code points of the text as it was. */
#ifndef TAGPIPE_TOKENIZER_WORDPIECE_H
#define TAGPIPE_TOKENIZER_WORDPIECE_H

#include "tokenizer/vocab.h"

/* Pieces of one or more words; arrays of equal length, without [CLS] and [SEP]. */
struct pieces {
    struct array_ints id;
    struct array_ints word;               /* which pre-token of the text, or which of the words given */
    struct array_ints start, end;         /* code points of the text, or of the word; half open */
};

struct wordpiece;
/* A tokenizer keeps the pieces of words that it has met (at most some 50 MB of them). `vocab` must outlive it. */
struct wordpiece *wordpiece_new(const struct vocab *vocab);
void wordpiece_free(struct wordpiece *wordpiece);

/* Append the pieces of the words [n] of a sentence whose words are given; the word id is the word's place. Returns n, or the
 * place of the first that is no valid UTF-8. */
size_t wordpiece_words(struct wordpiece *wordpiece, const struct str *word, size_t n, struct pieces *out);
/* Append the pieces of a raw text; each of its pre-tokens has a word id of its own, from 0 on. False for a text that is no
 * valid UTF-8. */
bool wordpiece_text(struct wordpiece *wordpiece, struct str text, struct pieces *out);
void pieces_clear(struct pieces *pieces);

#endif
