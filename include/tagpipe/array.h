/* array: arrays that grow and are used again from record to record. Set one to {0} at first, free(x.data) at the end. */
#ifndef TAGPIPE_ARRAY_H
#define TAGPIPE_ARRAY_H

#include <tagpipe/str.h>
#include <tagpipe/util.h>

struct array_ints {
    int32_t *data;
    size_t n, room;
};
struct array_floats {
    float *data;
    size_t n, room;
};
struct array_sizes {
    size_t *data;
    size_t n, room;
};
struct array_strs {
    struct str *data;
    size_t n, room;
};

/* Make room for `need` elements in an array that doubles: `array` of element type T, with its `room` a size_t.
 *     ARRAY_GROW(ints->data, ints->room, ints->n + 1); */
#define ARRAY_GROW(array, room, need)                                                                                            \
    ((need) <= (room) ? (void)0 : (void)((array) = array_grow((array), &(room), (need), sizeof *(array))))
void *array_grow(void *array, size_t *room, size_t need, size_t size);

/* Append all of `from`, which must be another array. */
void array_add_ints(struct array_ints *to, const struct array_ints *from);

#endif
