/* progress: one line on stderr. */
#include "progress.h"

#include <stdio.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

struct progress progress_start(const char *what, const char *unit, double total, double done, bool wanted)
{
    bool is_terminal = isatty(STDERR_FILENO);
    double time = now();
    return (struct progress){.what = what, .unit = unit, .total = total, .done = done, .skipped = done, .started = time,
                             .drawn = time, .shown = is_terminal || wanted, .is_terminal = is_terminal};
}

static void print_duration(double seconds)
{
    unsigned long s = (unsigned long)(seconds + 0.5);
    if (s >= 3600)
        fprintf(stderr, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        fprintf(stderr, "%lu:%02lu", s / 60, s % 60);
}

static void draw(struct progress *p, const char *note, bool last)
{
    double time = now() - p->started, rate = time > 0 ? (p->done - p->skipped) / time : 0;
    if (p->is_terminal)
        fputs("\r\033[K", stderr);
    fprintf(stderr, "%s: %.0f", p->what, p->done);
    if (p->total > 0)
        fprintf(stderr, "/%.0f (%.0f %%)", p->total, 100 * p->done / p->total);
    fprintf(stderr, ", %.4g %s/s", rate, p->unit);
    if (last) {
        fputs(", took ", stderr);
        print_duration(time);
    } else if (p->total > 0 && rate > 0) {
        fputs(", ", stderr);
        print_duration((p->total - p->done) / rate);
        fputs(" left", stderr);
    }
    if (note)
        fprintf(stderr, ", %s", note);
    if (last || !p->is_terminal)
        fputc('\n', stderr);
    fflush(stderr);
}

void progress_update(struct progress *p, double done, const char *note)
{
    p->done = done;
    if (!p->shown)
        return;
    double time = now();
    if (time - p->drawn < (p->is_terminal ? 0.2 : 10))
        return;
    p->drawn = time;
    draw(p, note, false);
}

void progress_end(struct progress *p, const char *note)
{
    if (p->shown)
        draw(p, note, true);
}
