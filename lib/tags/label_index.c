/* label_index: the ids of label names. */
#include "tags/label_index.h"

#include <stdlib.h>

struct label_index label_index_of(const struct label_set *labels)
{
    struct label_index index = {.id = xmalloc(labels->n, sizeof *index.id)};
    for (size_t i = 0; i < labels->n; i++) {
        size_t n = index.names.n, number = intern_add(&index.names, str_of(labels->name[i]));
        if (number == n)
            index.id[number] = (int)i;
    }
    return index;
}

int label_index_find(const struct label_index *index, struct str name)
{
    size_t number = intern_find(&index->names, name);
    return number == SIZE_MAX ? -1 : index->id[number];
}

void label_index_free(struct label_index *index)
{
    intern_free(&index->names);
    free(index->id);
}
