/* threads: how many compute, and how they wait for one another. */
#ifndef TAGPIPE_BASE_THREAD_SETUP_H
#define TAGPIPE_BASE_THREAD_SETUP_H

#include "base/util.h"

/* Call first of all after cli_parse, before anything is read or written. `n` threads; 0: OMP_NUM_THREADS or all processors.
 *
 * libgomp's threads wait in a loop of some milliseconds, and on a processor that is shared (two trainings at a time, a busy
 * machine) burn the very time that the thread they wait for needs. A few runs of a MiniLM step on two cores: 0.08 s idle; on
 * a busy machine 0.15 to 0.85 s with libgomp's loop, 0.15 to 0.24 s with this one, which costs 2 to 5 %
 * idle. libgomp takes it from GOMP_SPINCOUNT when the program starts and offers no call for it; so the program is started anew with it, unless the user
 * has set it or OMP_WAIT_POLICY. */
void thread_setup(size_t n, char **argv);

#endif
