/* stop: a run that ends in order after a signal. */
#include "base/stop.h"

#include <stdbool.h>
#include <stddef.h>
#include <time.h>

volatile sig_atomic_t stop_signal;

/* A script passes on what the whole group has got already: SIGTERM or SIGHUP within a second is the same one. */
static void on_signal(int number)
{
    static time_t first;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    bool second = stop_signal == number && (number == SIGINT || now.tv_sec > first + 1);
    if (!stop_signal)
        first = now.tv_sec;
    stop_signal = number;
    if (second) {
        signal(number, SIG_DFL);
        raise(number);
    }
}

void stop_catch_signals(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction old, action = {.sa_handler = on_signal};
        sigaction(caught[i], NULL, &old);
        if (old.sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
    }
}
