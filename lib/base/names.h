/* names: a list of names as text. */
#ifndef TAGPIPE_BASE_NAMES_H
#define TAGPIPE_BASE_NAMES_H

#include "base/util.h"

/* "a, b, c", for messages; after 256 of them only "and 7 more". The caller frees. */
char *names_join(size_t n, char *const *name);

#endif
