/* names: a list of names as text. */
#ifndef TAGPIPE_BASE_NAMES_H
#define TAGPIPE_BASE_NAMES_H

#include "base/util.h"

/* "a, b, c", for messages; after 256 of them only "and 7 more". The caller frees. */
char *names_join(size_t n, char *const *name);

/* For each of `name` its place in `in`, or -1 if it is not there; of two that are equal there, one counts. The caller frees. */
int32_t *names_places(size_t n, char *const *name, size_t n_in, char *const *in);
/* The same if both have the same names, each once, in any order, or the same names in the same places; NULL if not. */
int32_t *names_same(size_t n, char *const *name, size_t n_in, char *const *in);
/* "only HERE x, y and 2 more; only THERE z", for messages; "" if neither has a name that the other
 * lacks. The caller frees. */
char *names_difference(const char *here, size_t n, char *const *name, const char *there, size_t n_in, char *const *in);

#endif
