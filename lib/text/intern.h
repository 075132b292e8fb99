/* intern: strings to small numbers, in the order in which they first came. */
#ifndef TAGPIPE_TEXT_INTERN_H
#define TAGPIPE_TEXT_INTERN_H

#include "base/util.h"

struct intern {
    size_t n, room;
    char **name;  /* [n], each ended by NUL */
    size_t *size; /* [n] bytes */
    size_t slots;
    uint32_t *slot; /* open addressing; number + 1, 0 for none */
    size_t size_room;
};

/* The number of a string; it is added (copied) if it is new. Set the table to {0} at first. */
size_t intern_add(struct intern *table, struct str text);
/* SIZE_MAX if it is not there. */
size_t intern_find(const struct intern *table, struct str text);
void intern_free(struct intern *table);

#endif
