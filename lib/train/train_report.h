/* train_report: what trainstep tells of a step. */
#ifndef TAGPIPE_TRAIN_TRAIN_REPORT_H
#define TAGPIPE_TRAIN_TRAIN_REPORT_H

#include "stream/filter.h"

/* 64 bytes without a gap: the state of a run that has not ended keeps them as they are. */
struct train_report {
    uint64_t step, epoch, batch, tokens, labelled;
    double loss, learning_rate, grad_norm;
};

/* Declare the fields of the record. */
void train_report_fields(struct filter *filter);
void train_report_write(struct filter *filter, const struct train_report *report);

#endif
