/* scores: decimal numbers of JSON, as the programs that read them round them. */
#ifndef TAGPIPE_TOKENIZER_SCORES_H
#define TAGPIPE_TOKENIZER_SCORES_H

#include "base/util.h"

/* A number of JSON at c, in a text with FILE_NULS at its end: the nearest double, as Python reads it; or, `serde`, as the package
 * reads a whole tokenizer.json (serde_json): two roundings, so that the last bit may differ. Returns what follows; NULL if it is
 * no number, or beyond the doubles. */
const char *scores_read(const char *c, bool serde, double *score);

#endif
