/* report_mode: the part of a report that belongs to one mode of scoring: a scorer, and the analyses that watch it. */
#ifndef TAGPIPE_SCORE_REPORT_MODE_H
#define TAGPIPE_SCORE_REPORT_MODE_H

#include "score/report.h"

struct report_mode;
struct report_mode *report_mode_new(const struct report_options *options, bool strict, const struct score_input *in,
                                    const struct score_input *other);
/* A scorer for the training stream, which gives its sentences to `seen`. */
struct scorer *report_mode_learner(struct report_mode *mode, const struct score_input *training);
/* Add the last sentence of both streams. */
void report_mode_add(struct report_mode *mode, const struct score_input *in, const struct score_input *other);
/* No more sentences come. Dies if there was no tag. */
void report_mode_end(struct report_mode *mode);
/* Report tags that have no prefix (score_prefix.h), and types that are not known (score_known.h). */
void report_mode_check(const struct report_mode *mode);

/* After report_mode_end: append the mode's name, the whole text, a JSON object, or the table of the confusion. */
void report_mode_name(const struct report_mode *mode, struct buffer *to);
void report_mode_text(struct report_mode *mode, struct buffer *to);
void report_mode_json(struct report_mode *mode, struct buffer *to);
void report_mode_tsv(const struct report_mode *mode, struct buffer *to);
void report_mode_free(struct report_mode *mode);

#endif
