/* array: arrays that grow. */
#include "base/util.h"

void *array_grow(void *array, size_t *room, size_t need, size_t size)
{
    size_t more = *room < 16 ? 16 : *room;
    while (more < need)
        more = more > SIZE_MAX / 2 ? need : more * 2;
    array = xrealloc(array, more, size);
    *room = more;
    return array;
}
