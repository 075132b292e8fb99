/* stop: a run that ends in order after a signal. */
#ifndef TAGPIPE_BASE_STOP_H
#define TAGPIPE_BASE_STOP_H

#include <signal.h>

/* 0, or the signal that asks to stop. */
extern volatile sig_atomic_t stop_signal;

/* From now on the first SIGINT, SIGTERM or SIGHUP only sets stop_signal; the second one ends the process at once, SIGTERM
 * and SIGHUP only if it comes more than a second later. A signal that is ignored (nohup) stays so. */
void stop_catch_signals(void);

#endif
