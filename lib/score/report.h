/* report: what seqeval prints: figures and the analyses that were asked for, in one mode of scoring or in two. */
#ifndef TAGPIPE_SCORE_REPORT_H
#define TAGPIPE_SCORE_REPORT_H

#include "score/resample.h"
#include "score/score_input.h"
#include "score/score_prefix.h"

#define REPORT_NO_ERRORS SIZE_MAX
enum { REPORT_LENIENT, REPORT_STRICT, REPORT_BOTH };
enum { REPORT_DIGITS_MAX = 17 }; /* a double has no more */

struct report_options {
    int unit;                   /* enum score_unit: sets score.tags */
    int modes;                  /* REPORT_LENIENT, REPORT_STRICT or REPORT_BOTH */
    struct score_options score; /* but for `strict`, which the modes say */
    const char *gold_field;
    bool json, tsv; /* as one JSON object; as the table of the confusion alone (one mode) */
    bool confusion, seen, known_types;
    size_t errors;            /* examples of each kind; REPORT_NO_ERRORS: no errors are shown */
    size_t bootstrap, rounds; /* rounds of the intervals (0: none) and of the comparison with another stream */
    uint64_t seed;
    double confidence;
    bool by_document; /* resample.h */
    size_t digits;
};

struct report;
/* other: the stream that is compared, or NULL. Options and streams are used until the end; what is scored is then decided in
 * options->score.tags. */
struct report *report_new(struct report_options *options, const struct score_input *in, const struct score_input *other);
/* Read the training stream in `path`, for `seen`. */
void report_learn(struct report *report, const char *path);
/* Add the last sentence of `in`, and of `other`. */
void report_add(struct report *report);
/* No more sentences come: append the report. Dies if there was no tag. */
void report_print(struct report *report, struct buffer *to);
void report_free(struct report *report);

#endif
