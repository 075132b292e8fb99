/* window: a sentence longer than the model takes, cut into overlapping windows; each piece counts in one of them.
 * stream/window_merge.h puts them together again. */
#ifndef TAGPIPE_TOKENIZER_WINDOW_H
#define TAGPIPE_TOKENIZER_WINDOW_H

#include "tokenizer/pieces.h"

/* Pieces [start, end) of the sentence are in the window; those of [first, last) count there, the others are its context. */
struct window {
    size_t start, end, first, last;
};
/* set to {0} at first, free(x.data) at last */
struct windows {
    struct window *data;
    size_t n, room;
};

/* Cut a sentence of n pieces, word[n] the word of each, into windows of at most `max` pieces that share `stride` of them
 * (0 < max, stride < max). As return_overflowing_tokens of tokenizers, but between words: a window that would end or begin
 * inside a word is shorter, or shares more; only a word of more than `max` pieces is cut. A word (a piece of a word that is cut)
 * counts in the window where the nearest cut end is farthest from it; of two such windows in the earlier one. So each piece
 * counts once, in order. A window in which no piece would count is left out. No pieces: one empty window. */
void window_cut(size_t n, const int32_t *word, size_t max, size_t stride, struct windows *out);

/* How many pieces of context fit beside `own` pieces in a row of `max` ([CLS] and [SEP] included; 0: no limit): each side gets
 * half of the room, and what the other side leaves. *left and *right: the pieces there are, then those that fit. */
void window_room(size_t max, size_t own, size_t *left, size_t *right);

/* [CLS], context, the pieces of a window, context, [SEP]. What does not count there has the word MSG_INT_NIL and the offsets
 * 0, 0. */
void window_row(const struct pieces *sentence, const struct window *w, struct array_ints left, struct array_ints right,
                int32_t cls, int32_t sep, struct pieces *row);

#endif
