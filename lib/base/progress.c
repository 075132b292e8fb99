/* progress: one line on stderr. */
#include "base/progress.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Seconds. A tool that only reads waits longer, so that tools that compute get the line, and short runs show none. */
static const double TERMINAL_PAUSE = 0.2, FILE_PAUSE = 10, SHARE_PAUSE = 0.5;
enum { SHARE_LEAST = 100 }; /* records before a stream of unknown size is shown: somebody may be typing it */

static unsigned turn, turns; /* whose line is drawn; 0: nobody's */

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
    turn = ++turns;
    return (struct progress){.what = what,
                             .unit = unit,
                             .total = total,
                             .done = done,
                             .skipped = done,
                             .started = time,
                             .drawn = time,
                             .turn = turn,
                             .shown = is_terminal || wanted,
                             .wanted = wanted,
                             .is_terminal = is_terminal};
}

struct progress progress_reading(const char *what, const char *unit, bool wanted)
{
    struct stat about;
    bool to_file =
        fstat(STDOUT_FILENO, &about) == 0 && (S_ISREG(about.st_mode) || (S_ISCHR(about.st_mode) && !isatty(STDOUT_FILENO)));
    if (turn || !(wanted || (to_file && isatty(STDERR_FILENO))))
        return (struct progress){0};
    struct progress p = progress_start(what, unit, 0, 0, wanted);
    p.reading = true;
    return p;
}

static void print_duration(double seconds)
{
    unsigned long s = (unsigned long)(seconds + 0.5);
    if (s >= 3600)
        fprintf(stderr, "%lu:%02lu:%02lu", s / 3600, s / 60 % 60, s % 60);
    else
        fprintf(stderr, "%lu:%02lu", s / 60, s % 60);
}

/* Other tools of the pipe share the terminal. Its lock is released when the process that holds it ends in any way. */
static bool may_draw(const struct progress *p)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (!p->shown || p->turn != turn)
        return false;
    return !p->is_terminal || fcntl(STDERR_FILENO, F_SETLK, &lock) == 0 || (errno != EACCES && errno != EAGAIN);
}

static void draw(struct progress *p, const char *note, bool last)
{
    double time = now() - p->started, rate = time > 0 ? (p->done - p->skipped) / time : 0;
    double part = p->total > 0 ? p->done / p->total : p->share;
    double left = p->total > 0 ? (p->total - p->done) / rate : time / part - time;
    if (p->is_terminal)
        fputs("\r\033[K", stderr);
    fprintf(stderr, "%s: %.0f", p->what, p->done);
    if (p->total > 0)
        fprintf(stderr, "/%.0f", p->total);
    if (part > 0)
        fprintf(stderr, " (%.0f %%)", 100 * part);
    fprintf(stderr, rate < 1000 ? ", %.3g %s/s" : ", %.0f %s/s", rate, p->unit);
    if (last) {
        fputs(", took ", stderr);
        print_duration(time);
    } else if (part > 0 && rate > 0) {
        fputs(", ", stderr);
        print_duration(left);
        fputs(" left", stderr);
    }
    if (note)
        fprintf(stderr, ", %s", note);
    if (last || !p->is_terminal)
        fputc('\n', stderr);
    fflush(stderr);
    util_line_is_open = p->is_terminal && !last;
}

void progress_update(struct progress *p, double done, const char *note)
{
    p->done = done;
    if (!p->shown)
        return;
    double time = now();
    if (time - p->drawn < (p->is_terminal ? TERMINAL_PAUSE : FILE_PAUSE))
        return;
    p->drawn = time;
    if (may_draw(p))
        draw(p, note, false);
}

void progress_share(struct progress *p, double done, double share)
{
    p->share = share;
    p->done = done;
    if (!p->is_terminal || p->wanted || (now() - p->started > SHARE_PAUSE && (share > 0 || done > SHARE_LEAST)))
        progress_update(p, done, NULL);
}

/* A last line sums up if --progress asked for it, or if a line was shown. */
void progress_end(struct progress *p, const char *note)
{
    if ((!p->reading || util_line_is_open || p->wanted) && may_draw(p))
        draw(p, note, true);
    if (p->turn == turn)
        turn = 0;
    p->shown = false;
}
