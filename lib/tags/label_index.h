/* label_index: the ids of label names, found in a time that does not grow with their number. */
#ifndef TAGPIPE_TAGS_LABEL_INDEX_H
#define TAGPIPE_TAGS_LABEL_INDEX_H

#include <tagpipe/stream.h>

#include "text/intern.h"

struct label_index {
    struct intern names;
    int *id; /* of each of the names: the first label with it */
};
struct label_index label_index_of(const struct label_set *labels);
int label_index_find(const struct label_index *index, struct str name); /* as label_set_find; -1: none */
void label_index_free(struct label_index *index);

#endif
