/* cost: what a command takes. usage: cost FILE COMMAND... ; writes "seconds KiB" (its wall time, the most memory that one of
 * its processes held) to FILE and ends as the command does. */
#include <errno.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/util.h"

int main(int argc, char **argv)
{
    if (argc < 3)
        die("usage: cost FILE COMMAND...");
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    pid_t child = fork();
    if (child < 0)
        die("fork:");
    if (child == 0) {
        execvp(argv[2], argv + 2);
        die("%s:", argv[2]);
    }
    int status;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR)
            die("wait:");
    clock_gettime(CLOCK_MONOTONIC, &end);
    struct rusage usage;
    getrusage(RUSAGE_CHILDREN, &usage);
    FILE *out = fopen(argv[1], "w");
    if (!out)
        die("open %s:", argv[1]);
    fprintf(out, "%.6f %ld\n", (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec),
            usage.ru_maxrss);
    if (fclose(out))
        die("write %s:", argv[1]);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
