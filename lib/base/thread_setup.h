/* thread_setup: how many threads compute, and how they wait for each other. */
#ifndef TAGPIPE_BASE_THREAD_SETUP_H
#define TAGPIPE_BASE_THREAD_SETUP_H

#include "base/util.h"

/* Call it first after cli_parse, before anything is read or written. `n`: threads; 0: OMP_NUM_THREADS or all processors.
 *
 * libgomp's threads wait in a loop of some milliseconds. On a shared processor (two trainings at a time, a busy machine) this
 * loop takes the time that the awaited thread needs. Measured for a MiniLM step on two cores: 0.08 s on an idle machine; on a
 * busy one 0.15 to 0.85 s with libgomp's loop, and 0.15 to 0.24 s with a shorter one, which costs 2 to 5 % on an idle machine.
 * libgomp reads the length from GOMP_SPINCOUNT when the program starts, and has no call for it. So the program executes itself
 * again with it, unless the user has set GOMP_SPINCOUNT or OMP_WAIT_POLICY. */
void thread_setup(size_t n, char **argv);

#endif
