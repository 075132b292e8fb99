/* trainer: a stream of batches into steps of an optimiser. */
#ifndef TAGPIPE_TRAIN_TRAINER_H
#define TAGPIPE_TRAIN_TRAINER_H

#include <signal.h>

#include "stream/filter.h"
#include "train/train_options.h"

/* Declare the fields of a report, and the settings in the header. */
void trainer_adds(struct filter *filter, const struct train_options *options);

/* Train the model of `dir` with the batches that `filter` reads, write a report of each step, save in `save_dir`. Returns
 * false if *stop (a signal) ended it: everything is saved, but the stream must not get its trailer. */
bool trainer_run(const char *dir, const char *save_dir, struct filter *filter, const struct train_options *options,
                 const volatile sig_atomic_t *stop);

#endif
