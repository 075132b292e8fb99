/* score_words: from the tags that were scored to their words. */
#ifndef TAGPIPE_SCORE_SCORE_WORDS_H
#define TAGPIPE_SCORE_SCORE_WORDS_H

#include "tags/sentence.h"

/* The words of the scored tags: those of the sentence, or, where a tag belongs to a piece, the piece's word. Set to {0} at
 * first. */
struct score_words {
    struct sentence sentence;
    struct array_sizes word; /* [scored tags] a number of sentence.words */
    struct array_ints gold, word_ids;
};
/* `field` has the gold tags. Dies if the record has no words, or if they do not fit the tags. */
void score_words_read(struct score_words *words, const struct record *record, const char *field);
void score_words_free(struct score_words *words);

#endif
