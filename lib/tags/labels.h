/* labels: the label names of a tag field: their order, and whether they are tags of entities. */
#ifndef TAGPIPE_TAGS_LABELS_H
#define TAGPIPE_TAGS_LABELS_H

#include <tagpipe/stream.h>

#include "tags/tag.h"
#include "text/intern.h"

/* The label names of a tag field in their canonical order: CoNLL-2003's own where all names are among them and the file has
 * its four columns, or its four entity types; else O first, then by type and prefix, or by bytes where tags have no prefix.
 * Returns n names that point into `seen` or to constants. */
const char **labels_in_order(const char *field, const struct intern *seen, bool is_conll2003, size_t *n);

/* Whether all labels are O or a letter of some scheme, a hyphen and a type. */
bool labels_have_scheme(const struct label_set *labels);
/* A label as a tag. Without a scheme, a label that is not O is the type of an entity of one word (prefix S). */
struct tag labels_tag(const char *label, bool has_scheme);

#endif
