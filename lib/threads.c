/* threads: how many compute, and how they wait for one another. */
#include "threads.h"

#include <omp.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 1024 };
#define SPIN_COUNT "3000"

void threads_start(size_t n, char **argv)
{
    if (n > THREADS_MAX)
        die_usage("--threads: at most %d", THREADS_MAX);
    if (n)
        omp_set_num_threads((int)n);
    if (getenv("GOMP_SPINCOUNT") || getenv("OMP_WAIT_POLICY"))
        return;
    setenv("GOMP_SPINCOUNT", SPIN_COUNT, 1);
    execv("/proc/self/exe", argv);          /* comes back only where that does not exist: go on with the long loop */
}
