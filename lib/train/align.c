/* align: labels of words to labels of pieces. */
#include "train/align.h"

#include <stdlib.h>
#include <string.h>

void align_inside(const struct label_set *labels, int32_t *inside)
{
    for (size_t i = 0; i < labels->n; i++) {
        inside[i] = (int32_t)i;
        if (strncmp(labels->name[i], "B-", 2) != 0)
            continue;
        char *name = xasprintf("I-%s", labels->name[i] + 2);
        int found = label_set_find(labels, (struct str){name, strlen(name)});
        if (found >= 0)
            inside[i] = found;
        free(name);
    }
}

size_t align_labels(enum align_rule rule, size_t n, const int32_t *word_ids, size_t n_words, const int32_t *tags,
                    const int32_t *inside, int32_t *last, int32_t *labels)
{
    size_t begun = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t word = word_ids[i];
        if (word == MSG_INT_NIL) {
            labels[i] = LABEL_NONE;
            continue;
        }
        if (word < 0 || (size_t)word >= n_words)
            return SIZE_MAX;
        if (word != *last) {
            labels[i] = tags[word];
            begun++;
        } else
            labels[i] = rule == ALIGN_INSIDE ? inside[tags[word]] : rule == ALIGN_FIRST ? LABEL_NONE : tags[word];
        *last = word;
    }
    return begun;
}
