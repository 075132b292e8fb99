/* array: arrays that grow. */
#include "base/util.h"

#include <string.h>

void *array_grow(void *array, size_t *room, size_t need, size_t size)
{
    size_t more = *room < 16 ? 16 : *room;
    while (more < need)
        more = more > SIZE_MAX / 2 ? need : more * 2;
    array = xrealloc(array, more, size);
    *room = more;
    return array;
}

void array_add_ints(struct array_ints *to, const struct array_ints *from)
{
    GROW(to->data, to->room, to->n + from->n);
    if (from->n > 0)
        memcpy(to->data + to->n, from->data, from->n * sizeof *to->data);
    to->n += from->n;
}
