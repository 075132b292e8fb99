/* span_cut: a text cut into words as BERT cuts it before WordPiece (BasicTokenizer; BertPreTokenizer of the tokenizers package):
 * at white space, with each punctuation character and each Chinese character alone; and at the edges of spans besides. */
#ifndef TAGPIPE_CORPUS_SPAN_CUT_H
#define TAGPIPE_CORPUS_SPAN_CUT_H

#include "corpus/span.h"

/* The words: code points of the text, half open, and the span that a word is in. Set to {0} at first. */
struct span_words {
    struct array_ints start, end, span; /* span: its number; -1: none */
};

/* `spans` as span_check leaves them. A word of nothing but characters that BERT removes is left out, if no span has it. The text
 * has at most INT32_MAX code points. */
void span_cut(const struct span_text *text, const struct spans *spans, struct span_words *words);
void span_words_free(struct span_words *words);

#endif
