/* memory: room for large arrays of numbers. */
#ifndef TAGPIPE_BASE_MEMORY_H
#define TAGPIPE_BASE_MEMORY_H

#include "base/util.h"

/* n floats, aligned to a cache line, with 16 spare ones after them, for free(). Large arrays lie in huge pages where the system
 * has some. `zero`: all threads clear them. Dies if there is no memory. */
float *memory_floats(size_t n, bool zero);
/* n zeros, as above; but [first, end) of them take memory by the page, when somebody writes there. */
float *memory_sparse(size_t n, size_t first, size_t end);

/* Memory of a thread, in a variable that is _Thread_local: it is kept from call to call, as large as the largest call needed, and
 * freed when the thread ends. It begins as {0}; its content is lost when it grows. */
struct memory_scratch {
    float *memory;
    size_t floats;
    struct memory_scratch *next; /* of the same thread */
};
void *memory_scratch_room(struct memory_scratch *scratch, size_t bytes);

#endif
