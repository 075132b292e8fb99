/* score_words: from the tags that were scored to their words. */
#include "score/score_words.h"

#include <stdlib.h>

#include "stream/fields.h"

void score_words_read(struct score_words *w, const struct record *record, const char *field)
{
    if (!sentence_words(&w->sentence, record))
        record_die(record, "no sentence: neither 'tokens' nor 'text'");
    record_ints(record, field, &w->gold);
    size_t n_words = w->sentence.words.n, n = w->gold.n;
    bool pieces = !field_is_gold(field); /* a label a piece */
    if (pieces)
        record_ints(record, "word_ids", &w->word_ids);
    if (n != (pieces ? w->word_ids.n : n_words))
        record_die(record, "%zu tags in %s for %zu %s", n, field, pieces ? w->word_ids.n : n_words, pieces ? "pieces" : "words");
    w->word.n = 0;
    GROW(w->word.data, w->word.room, n);
    for (size_t i = 0; i < n; i++) {
        if (w->gold.data[i] == LABEL_NONE)
            continue;
        int32_t word = pieces ? w->word_ids.data[i] : (int32_t)i;
        if (word < 0 || (size_t)word >= n_words)
            record_die(record, "%s[%zu] is the label of a piece that belongs to no word", field, i);
        w->word.data[w->word.n++] = (size_t)word;
    }
}

void score_words_free(struct score_words *w)
{
    sentence_free(&w->sentence);
    free(w->word.data);
    free(w->gold.data);
    free(w->word_ids.data);
    *w = (struct score_words){0};
}
