/* errors_example: one error in its sentence. */
#ifndef TAGPIPE_SCORE_ERRORS_EXAMPLE_H
#define TAGPIPE_SCORE_ERRORS_EXAMPLE_H

#include "score/score_watch.h"
#include "score/score_words.h"

/* Append the error's record and its words with some context, the gold and the predicted entities there in brackets; with tags,
 * where both sides are the same words, one line of them. gold, pred: the entities of the error; one of them may be NULL. */
void errors_example_text(struct buffer *to, const struct score_words *words, bool tags, const struct score_sentence *sentence,
                         const struct entity *gold, const struct entity *pred);
/* {"record": N, "id": ..., "gold": {"type": ..., "start_word": N, "end_word": N, "text": ...}, "predicted": null,
 * "before": "...", "after": "..."} */
void errors_example_json(struct buffer *to, const struct score_words *words, const struct score_sentence *sentence,
                         const struct entity *gold, const struct entity *pred);

#endif
