/* window: a sentence longer than the model takes, cut into overlapping windows; each piece counts in one of them. */
#ifndef TAGPIPE_TOKENIZER_WINDOW_H
#define TAGPIPE_TOKENIZER_WINDOW_H

#include "tokenizer/wordpiece.h"

/* Pieces [start, end) of the sentence are in the window; those of [first, last) count there, the others are its context. */
struct window { size_t start, end, first, last; };
struct windows { struct window *data; size_t n, room; };      /* set to {0} at first, free(x.data) at last */

/* Cut a sentence of n pieces, word[n] the word of each, into windows of at most `most` pieces that share `stride` of them
 * (0 < most, stride < most). As return_overflowing_tokens of tokenizers, but between words: a window that would end or begin
 * inside a word is shorter, or shares more; only a word of more than `most` pieces is cut. A word (a piece of such a word)
 * counts in the window where the nearest cut end is farthest from it, of two in the earlier one; so each piece counts once,
 * in order, and a window in which none would is left out. No pieces: one empty window. */
void window_cut(size_t n, const int32_t *word, size_t most, size_t stride, struct windows *out);

/* How many pieces of context fit beside `own` pieces in a row of `most` ([CLS] and [SEP] included; 0: no limit): each side
 * gets half of the room, and what the other side leaves. */
void window_room(size_t most, size_t own, size_t *left, size_t *right);

/* [CLS], context, a window's pieces, context, [SEP]: what does not count has the word MSG_INT_NIL and the offsets 0, 0. */
void window_row(const struct pieces *sentence, const struct window *w, struct array_ints left, struct array_ints right, int32_t cls,
                int32_t sep, struct pieces *row);

#endif
