/* trim: blanks at the ends of a piece do not belong to its place (process_offsets of ByteLevel in the tokenizers package). */
#ifndef TAGPIPE_TOKENIZER_TRIM_H
#define TAGPIPE_TOKENIZER_TRIM_H

#include "tokenizer/chunk.h"
#include "tokenizer/vocab.h"

bool trim_is_blank(uint32_t code);

/* Those at the ends of s[0, n). */
struct trim_blanks {
    uint32_t before, after;
};
struct trim_blanks trim_count(const struct symbol *s, size_t n);

/* Take them off the place of piece i. At the beginning of a sentence, or of a word, a single blank is taken for one that was put
 * there, which has no place of its own. */
void trim_piece(const struct vocab *vocab, struct chunk_place place, struct chunk_pieces *pieces, size_t i,
                struct trim_blanks blanks);
/* The same for the pieces [from, n), which the symbols at s became, by their texts. `spare`: memory to work with. */
void trim_pieces(const struct vocab *vocab, struct chunk_place place, struct chunk_pieces *pieces, size_t from,
                 const struct symbol *s, struct symbols *spare);

#endif
