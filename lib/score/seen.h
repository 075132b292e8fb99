/* seen: entities that a training stream has, apart from others.
 *
 * An entity is seen if the training stream has a gold entity of the same words, letter for letter, and the same type. An unseen
 * one has words that are entities of other types there, or new words. Predicted entities are divided likewise, by their own
 * words and types. */
#ifndef TAGPIPE_SCORE_SEEN_H
#define TAGPIPE_SCORE_SEEN_H

#include "score/score_watch.h"

struct seen;
struct seen *seen_new(const char *gold_field, bool tags, double zero_division);
/* Two score_watchers: a sentence of the training stream, and one of the stream that is scored. */
void seen_learn(void *seen, const struct score_sentence *sentence);
void seen_add(void *seen, const struct score_sentence *sentence);
void seen_text(const struct seen *seen, struct buffer *to, int digits);
/* {"training": N, "seen": {"precision": ..., "recall": ..., "f1": ..., "number": N, "predicted": N, "correct": N},
 * "unseen": ..., "other_types": ..., "new": ...} */
void seen_json(const struct seen *seen, struct buffer *to);
void seen_free(struct seen *seen);

#endif
