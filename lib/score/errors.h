/* errors: how many errors of each kind (enum entity_error) there are, and examples of them in their sentences.
 *
 * With tags a kind is a pair of tags, and the n most frequent pairs are shown. The examples of a kind are a uniform sample
 * (Vitter 1985, algorithm R) from Philox (seed, kind, number of the error). */
#ifndef TAGPIPE_SCORE_ERRORS_H
#define TAGPIPE_SCORE_ERRORS_H

#include "score/score_watch.h"

struct errors;
/* n: examples of each kind, or pairs of tags. json: whether errors_json will be called, or errors_text. */
struct errors *errors_new(const struct scorer *scorer, const char *gold_field, bool tags, size_t n, uint64_t seed, bool json);
void errors_add(void *errors, const struct score_sentence *sentence); /* a score_watcher */
void errors_text(struct errors *errors, struct buffer *to);
/* {"boundary": {"gold": N, "predicted": N, "examples": [...]}, ...}; with tags [{"gold": "NN", "predicted": "VB", "number": N,
 * "examples": [...]}, ...]. The kind "spurious" keeps its key of version 0.1 there, "invented". */
void errors_json(struct errors *errors, struct buffer *to);
void errors_free(struct errors *errors);

#endif
