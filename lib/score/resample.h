/* resample: how much of a score, or of a difference between two, is chance. Both methods take whole sentences, or whole documents:
 * the tags within one depend on one another.
 *
 *     bootstrap        percentile intervals (Efron & Tibshirani, An introduction to the bootstrap, 1993, chapter 13): as many units as there
 *                      are, drawn with replacement, scored anew. Two systems are scored on the same draws.
 *     randomisation    is the difference of two systems larger than that of two whose outputs, unit by unit, changed places by the toss
 *                      of a coin? (Noreen, Computer-intensive methods for testing hypotheses, 1989; Yeh, More accurate tests for the
 *                      statistical significance of result differences, 2000). Two-sided; p = (r + 1) / (R + 1), where r of R
 *                      rounds gave at least the difference.
 *
 * Random numbers are Philox (rng.h): unit i of a resample is number floor(v * units / 2^32), v = word i % 4 of (seed, round, i / 4);
 * unit i changes places if bit i % 32 of word i / 32 % 4 of (seed, 2^32 + round, i / 128) is set. So the results are the same for
 * any number of threads. */
#ifndef TAGPIPE_SCORE_RESAMPLE_H
#define TAGPIPE_SCORE_RESAMPLE_H

#include "score/score.h"

/* Of each unit its gold, predicted and right entities by type, as far as there are any, and its tags: some 16 bytes a type and 16 more. */
struct units;
struct units *units_new(const struct scorer *scorer, bool by_document);
void units_add(void *units, const struct scored *scored);       /* dies if documents are wanted and there is no `doc` */
size_t units_number(const struct units *units);
void units_free(struct units *units);

struct resample_options {
    size_t rounds; uint64_t seed;
    double confidence;          /* of the intervals, in percent */
    double zero_division;
    bool by_document, tags;
};
/* The value here and, of two systems, there; `difference` is here - there. The interval is that of the difference if there are two,
 * else of the value; its ends are interpolated as numpy.percentile does. p only of two. */
struct measure { char *name; double here, there, difference, low, high, p; };
enum { MEASURE_PRECISION, MEASURE_RECALL, MEASURE_F1, MEASURE_ACCURACY, MEASURE_TYPES };   /* then F1 of each type, by name */
struct resampled {
    struct resample_options options;
    size_t n_units, n_differ;                   /* units that count otherwise in the other system */
    size_t n; struct measure *measure; bool two;
};
/* there: the same units by another system, or NULL. Rounds: 1 to 2^32 - 1. Dies if the documents are not the same. */
struct resampled *resample(struct units *here, struct units *there, const struct resample_options *options);
void resampled_text(const struct resampled *resampled, const char *name, struct buffer *to, int digits);  /* name: of the other system */
void resampled_json(const struct resampled *resampled, const char *name, struct buffer *to);
void resampled_free(struct resampled *resampled);

#endif
