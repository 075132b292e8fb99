/* threads: how many compute, and how they wait for one another. */
#ifndef TAGPIPE_THREADS_H
#define TAGPIPE_THREADS_H

#include "util.h"

/* Call first of all after cli_parse, before anything is read or written. `n` threads; 0: OMP_NUM_THREADS or all processors.
 *
 * libgomp's threads wait in a loop of some milliseconds, and on a processor that is shared (two trainings at a time, a busy
 * machine) burn the very time that the thread they wait for needs: measured, a step then takes 4 to 8 times as long.
 * With a short loop it is within 2 % of the long one on an idle machine and shares well. libgomp takes that from
 * GOMP_SPINCOUNT when the program starts and offers no call for it; so the program is started anew with it, unless the user
 * has set it or OMP_WAIT_POLICY. */
void threads_start(size_t n, char **argv);

#endif
