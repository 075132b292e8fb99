/* profile: where the time goes, by operator. A clock with laps: what has passed since the last lap belongs to the operator
 * that ends now. Off unless started; only the thread that started it may call. */
#ifndef TAGPIPE_BASE_PROFILE_H
#define TAGPIPE_BASE_PROFILE_H

#include "base/util.h"

void profile_start(void);
bool profile_runs(void);
/* `operator` and `pass` ("forward", "dX", "dW" or ""): strings that outlive the profile. flops: multiplications and additions
 * of its products; bytes: read and written at least. Where one is 0, the table shows no such rate. */
void profile_lap(const char *operator, const char * pass, double flops, double bytes);
/* So many seconds of the current lap belong to this operator instead. */
void profile_part(const char *operator, const char * pass, double seconds, double bytes);
/* Seconds since some fixed time, for measuring on any thread; 0 if the profile was not started. */
double profile_clock(void);
/* The table on stderr: seconds, share, GFLOP/s, GB/s, calls; the longest first, then the whole, then `note` in a line of its own.
 * Nothing if not started. */
void profile_print(const char *note);

#endif
