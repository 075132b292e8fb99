/* thread_setup: how many threads compute, and how they wait for each other. */
#include "base/thread_setup.h"

#include <limits.h>
#include <omp.h>
#include <stdlib.h>
#include <unistd.h>

enum { THREADS_MAX = 1024 };
#define SPIN_COUNT "3000"

void thread_setup(size_t n, char **argv)
{
    if (n > THREADS_MAX)
        die_usage("--threads: at most %d", THREADS_MAX);
    if (n)
        omp_set_num_threads((int)n);
    if (getenv("GOMP_SPINCOUNT") || getenv("OMP_WAIT_POLICY"))
        return;
    if (getenv("OMP_PROC_BIND") || getenv("GOMP_CPU_AFFINITY"))
        return;          /* this thread is bound by now: a new process could use its processor only */
    char self[PATH_MAX]; /* by its own name, which ps shows */
    ssize_t size = readlink("/proc/self/exe", self, sizeof self - 1);
    if (size <= 0)
        return;
    self[size] = 0;
    /* OpenBLAS' threads would spin from the start, besides ours. Without the first variable this would be executed for ever. */
    if (setenv("OPENBLAS_NUM_THREADS", "1", 1) || setenv("GOMP_SPINCOUNT", SPIN_COUNT, 1))
        die("out of memory");
    execv(self, argv); /* returns only if it fails; then go on with the long loop */
}
