/* labels: the order of a tag field's label names. */
#ifndef TAGPIPE_TAGS_LABELS_H
#define TAGPIPE_TAGS_LABELS_H

#include "text/intern.h"

/* The label names of a tag field in their canonical order: CoNLL-2003's own where all names are among them and the file has
 * its four columns, or its four entity types; else O first, then by type and prefix, or by bytes where tags have no prefix.
 * Returns n names that point into `seen` or to constants. */
const char **labels_in_order(const char *field, const struct intern *seen, bool is_conll2003, size_t *n);

#endif
