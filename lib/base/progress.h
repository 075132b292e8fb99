/* progress: one line on stderr, drawn anew at most five times a second, on a terminal or where it was asked for. */
#ifndef TAGPIPE_BASE_PROGRESS_H
#define TAGPIPE_BASE_PROGRESS_H

#include "base/util.h"

struct progress {
    const char *what, *unit;
    double total, done, skipped, started, drawn, share;
    unsigned turn;
    bool shown, wanted, is_terminal, reading;
};

/* `total` 0: not known. `wanted`: show it even if stderr is not a terminal (then a line every ten seconds). `done` may start
 * above 0 where work is taken up again: the rate counts only what is new. One line is drawn at a time: of a process the last
 * that was started, of several in one terminal that of the first to come. */
struct progress progress_start(const char *what, const char *unit, double total, double done, bool wanted);
/* `note` is shown after rate and remaining time, e.g. "loss 0.123"; may be NULL. */
void progress_update(struct progress *p, double done, const char *note);
void progress_end(struct progress *p, const char *note);

/* The same where no total is known but the share of the input that was read, 0 to 1 (0: not known either). */
void progress_share(struct progress *p, double done, double share);

/* For whoever reads files: shown where it is `wanted`, and on a terminal where standard output is a file, unless the tool has
 * started a line of its own. */
struct progress progress_reading(const char *what, const char *unit, bool wanted);

#endif
