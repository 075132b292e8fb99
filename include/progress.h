/* progress: one line on stderr, drawn anew at most five times a second, on a terminal or where it was asked for. */
#ifndef TAGPIPE_PROGRESS_H
#define TAGPIPE_PROGRESS_H

#include "util.h"

struct progress { const char *what, *unit; double total, done, skipped, started, drawn; bool shown, is_terminal; };

/* `total` 0: not known. `wanted`: show it even if stderr is no terminal (then a line every ten seconds). `done` may start
 * above 0 where work is taken up again: the rate counts only what is new. */
struct progress progress_start(const char *what, const char *unit, double total, double done, bool wanted);
/* `note` is shown behind rate and remaining time, e.g. "loss 0.123"; may be NULL. */
void progress_update(struct progress *p, double done, const char *note);
void progress_end(struct progress *p, const char *note);

#endif
