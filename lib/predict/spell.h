/* spell: pieces back to text, as the decoders of tokenizers 0.23 do it; pipeline's `word` is made so. */
#ifndef TAGPIPE_PREDICT_SPELL_H
#define TAGPIPE_PREDICT_SPELL_H

#include "base/buffer.h"
#include "stream/header.h"

/* Append one piece of a group. `piece` does not lie in `to`. */
void spell_add(enum header_spelling spelling, bool first, struct str piece, struct buffer *to);
/* After the last piece of the group, whose text begins at to->data + from: a piece may end inside of a character. */
void spell_end(enum header_spelling spelling, size_t from, struct buffer *to);

#endif
