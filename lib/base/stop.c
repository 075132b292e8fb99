/* stop: a run that ends in order after a signal. */
#include "base/stop.h"

#include <stddef.h>

volatile sig_atomic_t stop_signal;

static void on_signal(int number)
{
    stop_signal = number;
}

void stop_catch_signals(void)
{
    static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof caught / sizeof *caught; i++) {
        struct sigaction old, action = {.sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND};
        sigaction(caught[i], NULL, &old);
        if (old.sa_handler != SIG_IGN)
            sigaction(caught[i], &action, NULL);
    }
}
