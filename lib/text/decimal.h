/* decimal: the shortest decimal text of a number that reads back as the same number. */
#ifndef TAGPIPE_TEXT_DECIMAL_H
#define TAGPIPE_TEXT_DECIMAL_H

#include "base/util.h"

enum { DECIMAL_SIZE = 40 }; /* room that any of these may write to; no NUL is written */

/* As Python's repr writes them: 1.0, 0.1, 1e-05, 1e+16. The number must be finite. Returns the bytes written. */
size_t decimal_float(char *to, float value);
size_t decimal_double(char *to, double value);
size_t decimal_int(char *to, int64_t value);
size_t decimal_uint(char *to, uint64_t value);

#endif
