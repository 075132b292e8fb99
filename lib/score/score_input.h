/* score_input: sentences with gold and predicted tags, from one stream or from two that have the same sentences. */
#ifndef TAGPIPE_SCORE_SCORE_INPUT_H
#define TAGPIPE_SCORE_SCORE_INPUT_H

#include "score/score.h"
#include "stream/reader.h"

struct score_input {
    struct reader *reader;
    const char **paths; /* of a further stream, ended by NULL; NULL: the reader is the caller's */
    const char *name;   /* for messages; NULL: the main stream */
    const struct label_set *gold_labels, *pred_labels;
    /* The last sentence, and its tags. Those with the gold label LABEL_NONE are left out: such pieces are not scored. */
    const struct record *record;
    struct array_ints gold, pred;
    size_t n;
};
/* The main stream, whose reader belongs to the caller. Dies if it lacks one of the two fields, or their labels. Gold tags alone:
 * `pred` is the same field. */
struct score_input score_input_new(struct reader *reader, const char *gold, const char *pred);
/* A further stream, in a file. The messages name it. */
struct score_input score_input_open(const char *path, const char *gold, const char *pred);
/* The next sentence; false at the end. */
bool score_input_next(struct score_input *in);
/* The next sentence of two streams (other: NULL, or a further one). Dies unless both have it, with the same ids and words,
 * where both have these, and the same scored gold tags by name. */
bool score_input_next_of_both(struct score_input *in, struct score_input *other);
void score_input_close(struct score_input *in);

#endif
