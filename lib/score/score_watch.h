/* score_watch: sentence by sentence, for analyses that need more than sums: the entities that the scorer's mode reads. */
#ifndef TAGPIPE_SCORE_SCORE_WATCH_H
#define TAGPIPE_SCORE_SCORE_WATCH_H

#include "score/score.h"
#include "tags/sentence.h"

/* One sentence with its entities, gold and predicted ones compared (sentence.h). Their start and end count the scored tags of the
 * sentence; with score_options.tags each tag is an entity. Their number counts scorer_types. */
struct score_sentence {
    const struct record *record;
    size_t n, n_equal; /* scored tags; those whose gold and predicted names are the same */
    struct entities gold, pred;
};
typedef void score_watcher(void *data, const struct score_sentence *sentence);
/* Give each sentence to watcher(data, ...), too: while it is added; or, where the scheme comes from the gold tags, when the
 * figures are made, from copies of the records. To be called before the first sentence. */
void scorer_watch(struct scorer *scorer, score_watcher *watcher, void *data);

#endif
