/* resample: how much of a score, or of a difference between two, is chance. Both methods take whole sentences, or whole
 * documents, because the tags within one depend on one another. Such a sentence or document is a unit.
 *
 *     bootstrap        percentile intervals (Efron & Tibshirani, An introduction to the bootstrap, 1993, chapter 13). A round
 *                      draws as many units as there are, with replacement, and scores them. Two systems are scored on the
 *                      same draws.
 *     randomisation    Is the difference of two systems larger than chance makes it? A round tosses a coin for each unit: the
 *                      outputs of the two systems change places or not (Noreen, Computer-intensive methods for testing
 *                      hypotheses, 1989; Yeh, More accurate tests for the statistical significance of result differences, 2000).
 *                      Two-sided; p = (r + 1) / (R + 1), where r of R rounds gave at least the difference.
 *
 * Random numbers are Philox (rng.h): unit i of a resample is number floor(v * units / 2^32), v = word i % 4 of (seed, round,
 * i / 4). Unit i changes places if bit i % 32 of word i / 32 % 4 of (seed, 2^32 + round, i / 128) is set. So the results are the
 * same for any number of threads. */
#ifndef TAGPIPE_SCORE_RESAMPLE_H
#define TAGPIPE_SCORE_RESAMPLE_H

#include "score/resample_counts.h"
#include "score/resample_result.h"

/* there: the same units by another system, or NULL. Rounds: 1 to 2^32 - 1. Dies if the documents are not the same. */
struct resample_result *resample(struct resample_counts *here, struct resample_counts *there,
                                 const struct resample_options *options);
/* Append the figures as text with `digits` digits after the point, and as JSON. name: of the other system, or NULL. */
void resample_text(const struct resample_result *result, const char *name, struct buffer *to, int digits);
void resample_json(const struct resample_result *result, const char *name, struct buffer *to);
void resample_free(struct resample_result *result);

#endif
