/* score_input: streams of sentences with gold and predicted tags. */
#ifndef TAGPIPE_SCORE_SCORE_INPUT_H
#define TAGPIPE_SCORE_SCORE_INPUT_H

#include "score/score.h"

struct score_input {
    struct reader *reader;
    const struct label_set *gold_labels, *pred_labels;
    const struct record *record;                /* the last one, and its tags; those with the gold label -100 are dropped: */
    struct array_ints gold, pred; size_t n;           /* pieces without a label are not scored */
};
/* Open a stream with these two fields; gold tags alone: `pred` is the same field. Dies as the functions of stream.h do; of a second
 * stream the message gives the name (NULL: of the first). */
struct score_input score_input_open(const char *const *paths, const char *name, const char *gold, const char *pred);
/* The next sentence; false at the end. */
bool score_input_next(struct score_input *in);
/* Die unless the last records of both are one sentence: ids and words, where both have them, and scored gold tags by name. The message
 * names the other stream by `name`. */
void score_input_same(const struct score_input *in, const struct score_input *other, const char *name);
void score_input_close(struct score_input *in);

#endif
