/* elementary: exp, log, sin, cos and powers in double, with the same bits on every processor. A C library's functions differ in
 * the last bit from each other, and on one machine by whether it has fused multiply-adds. */
#ifndef TAGPIPE_BASE_ELEMENTARY_H
#define TAGPIPE_BASE_ELEMENTARY_H

#include <stddef.h>

/* Each is within 1 ulp. NaN gives NaN. */
double elementary_exp(double x);
/* x[i] = e^x[i], i < n, of floats up to 88: nearly always the nearest float. */
void elementary_exp_floats(size_t n, float *x);
double elementary_exp10(double x);           /* 10^x for |x| <= 300 */
double elementary_log(double x);             /* x >= 0; infinity gives infinity, 0 gives -infinity */
double elementary_sin(double x);             /* |x| <= 2^20 */
double elementary_cos(double x);             /* |x| <= 2^20 */
double elementary_power(double x, size_t n); /* x^n, within 0.501 ulp where it does not underflow */

#endif
