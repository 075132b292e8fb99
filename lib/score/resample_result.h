/* resample_result: what a method of resample is asked for, and what it finds. */
#ifndef TAGPIPE_SCORE_RESAMPLE_RESULT_H
#define TAGPIPE_SCORE_RESAMPLE_RESULT_H

#include "base/util.h"

struct resample_options {
    size_t rounds;
    uint64_t seed;
    double confidence; /* of the intervals, in percent */
    double zero_division;
    bool by_document, tags;
};
/* One figure of the system that is scored (here) and of the one it is compared with (there); difference = here - there. The
 * interval [low, high] is that of the difference if there are two systems, else of the figure. Its ends are interpolated as
 * numpy.percentile does. There is a p only for two systems. */
struct resample_figure {
    char *name;
    double here, there, difference, low, high, p;
};
/* The figures, then F1 of each type, sorted by name. */
enum { RESAMPLE_PRECISION, RESAMPLE_RECALL, RESAMPLE_F1, RESAMPLE_ACCURACY, RESAMPLE_TYPES };
struct resample_result {
    struct resample_options options;
    size_t n_units, n_differ; /* n_differ: units whose counts differ between the systems */
    size_t n;
    struct resample_figure *figure;
    bool two;
};

#endif
