/* evaluation: a report and what was asked for besides, in one mode of scoring. */
#ifndef TAGPIPE_SCORE_REPORT_H
#define TAGPIPE_SCORE_REPORT_H

#include "score/resample.h"
#include "score/score_input.h"

enum { NO_ERRORS = SIZE_MAX };
struct evaluation_options {
    struct score_options score;
    const char *gold_field;
    bool confusion, seen, bootstrap, json;
    size_t errors;                          /* examples of each kind; NO_ERRORS: not asked for */
    const char *other;                      /* the name of the stream that is compared; NULL: none */
    struct resample_options interval, comparison;
    int digits;
};

struct evaluation;
/* other: the second stream, or NULL. */
struct evaluation *evaluation_new(const struct evaluation_options *options, const struct score_input *in, const struct score_input *other);
/* Read the training stream for all n of them, which want `seen`. */
void evaluations_learn(struct evaluation *const *evaluations, size_t n, const char *path);
/* The last sentence of `in`, and of `other` if it is compared. */
void evaluation_add(struct evaluation *evaluation, const struct score_input *in, const struct score_input *other);
/* Make the report; dies if there was no tag. Then print it. */
void evaluation_end(struct evaluation *evaluation);
void evaluation_mode(const struct evaluation *evaluation, struct buffer *to);     /* its name */
void evaluation_text(struct evaluation *evaluation, struct buffer *to);
void evaluation_json(struct evaluation *evaluation, struct buffer *to);
void evaluation_tsv(struct evaluation *evaluation, struct buffer *to);      /* the confusion alone */
void evaluation_free(struct evaluation *evaluation);

#endif
