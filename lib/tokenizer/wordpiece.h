/* wordpiece: BERT's tokenizer (Devlin et al., 2019), as the tokenizers package does it: BertNormalizer, BertPreTokenizer,
 * WordPiece (Wu et al., 2016), with offsets in code points of the text as it was. */
#ifndef TAGPIPE_TOKENIZER_WORDPIECE_H
#define TAGPIPE_TOKENIZER_WORDPIECE_H

#include "tokenizer/chunk.h"
#include "tokenizer/vocab.h"

struct wordpiece;
/* `vocab` must outlive it. */
struct wordpiece *wordpiece_new(const struct vocab *vocab);
void wordpiece_free(struct wordpiece *wordpiece);

/* Whether a text can be cut at blanks (chunk_is_blank), and each chunk tokenized alone, with the same result. */
bool wordpiece_cuts_at_blanks(const struct wordpiece *wordpiece);
/* Tokenize one chunk of valid UTF-8. Its pieces replace what `out` held. */
void wordpiece_chunk(struct wordpiece *wordpiece, struct str text, struct chunk_pieces *out);

#endif
