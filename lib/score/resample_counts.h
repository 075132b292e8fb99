/* resample_counts: what each unit (a sentence, or a document) adds to a score. */
#ifndef TAGPIPE_SCORE_RESAMPLE_COUNTS_H
#define TAGPIPE_SCORE_RESAMPLE_COUNTS_H

#include "score/score_watch.h"

/* Of each unit its gold, predicted and right entities by type, where there are any, and its tags: about 16 bytes a type and
 * 16 more. */
struct resample_counts;
/* The names of the scorer's types are used until the end. */
struct resample_counts *resample_counts_new(const struct scorer *scorer, bool by_document);
/* A score_watcher (score_watch.h). Dies if the units are documents and the record has no `doc`. */
void resample_counts_add(void *counts, const struct score_sentence *sentence);
void resample_counts_free(struct resample_counts *counts);

#endif
