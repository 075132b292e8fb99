/* schedule: the learning rate's factor over the steps, as transformers' get_*_schedule_with_warmup (optimization.py). */
#ifndef TAGPIPE_TRAIN_SCHEDULE_H
#define TAGPIPE_TRAIN_SCHEDULE_H

#include <stddef.h>

enum schedule { SCHEDULE_LINEAR, SCHEDULE_CONSTANT, SCHEDULE_COSINE };
#define SCHEDULE_NAMES "linear|constant|cosine"

/* Of the step `step` (from 0 on) of `total`. After the last step, linear and cosine are 0. */
double schedule_factor(enum schedule schedule, size_t step, size_t warmup_steps, size_t total);
/* A warm-up below 1 is a share of all steps, rounded up; else it is a number of steps. */
size_t schedule_warmup_steps(double warmup, size_t total);
/* ceil(epochs * ceil(batches / accumulate)): all optimiser steps of a training. */
size_t schedule_total_steps(double epochs, size_t batches, size_t accumulate);

#endif
