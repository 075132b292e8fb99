/* floats: memory for large arrays of numbers. */
#ifndef TAGPIPE_BASE_MEMORY_H
#define TAGPIPE_BASE_MEMORY_H

#include "base/util.h"

/* n floats, aligned to a cache line and with a few to spare behind them; free() frees them. Large arrays lie in huge pages
 * where the system has some. `zero`: cleared, by all threads. */
float *memory_floats(size_t n, bool zero);

/* Memory that is kept from call to call and grows with the largest; {0} at first. */
struct memory_scratch { float *memory; size_t floats; };
void *memory_scratch_room(struct memory_scratch *scratch, size_t bytes);

#endif
