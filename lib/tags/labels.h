/* labels: the label names of a tag field: their order, and whether they are tags of entities. */
#ifndef TAGPIPE_TAGS_LABELS_H
#define TAGPIPE_TAGS_LABELS_H

#include <tagpipe/stream.h>

#include "tags/label_index.h"
#include "tags/tag.h"
#include "text/intern.h"

/* The label names of a tag field in their canonical order: CoNLL-2003's own where all names are among them and the file has
 * its four columns, or its four entity types; else O first, then by type and prefix, or by bytes where tags have no prefix.
 * Returns n names that point into `seen` or to constants. */
const char **labels_in_order(const char *field, const struct intern *seen, bool is_conll2003, size_t *n);

/* A label's name without white space around it; no-break, ideographic and zero-width spaces and a byte order mark are some. */
struct str labels_trim(struct str name);

/* Whether all labels are tags of entities: O, or a letter of some scheme with a hyphen and a type, or alone. If there are letters
 * alone, all labels must be of one scheme: single letters are names of parts of speech, too. */
bool labels_have_scheme(const struct label_set *labels);
/* Whether all labels are O or tags with their letter at the end (ORG-B), and some are. */
bool labels_have_suffix(const struct label_set *labels);
/* If so, a warning that says what to do. */
void labels_warn_of_suffix(const struct label_set *labels);
/* The same labels with their letters in front, ORG-B as B-ORG; dies on a label that has none. Set and names are never freed. */
struct label_set labels_from_suffix(const struct label_set *labels);
/* Whether some label is a tag with a type: then the set is not one of parts of speech, even if other labels are not tags. */
bool labels_have_types(const struct label_set *labels);
/* A label as a tag. Without a scheme, a label that is not O is the type of an entity of one word (prefix S). */
struct tag labels_tag(const char *label, bool has_scheme);

/* Whether a label is a tag of an entity, or O. A single letter is one only where all labels are tags. */
bool labels_is_tag(const char *label, bool has_scheme, struct tag *tag);
/* The id of the tag with the letter of another role (scheme.h): for 'I' and B-PER that of I-PER, or of M-PER; -1: there is
 * none. */
int labels_with(const struct label_index *labels, struct tag tag, char role);
/* after[i] of each of labels->n labels: the one that continues it, for a word of which nothing is known. I-X (M-X) after B-X
 * and I-X; O after a tag that ends an entity, and where there is no I-X (-1 if there is no O either); the same label if it is
 * not a tag. */
void labels_after(const struct label_set *labels, int32_t *after);

#endif
