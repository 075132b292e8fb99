/* memory: room for large arrays of numbers. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

float *memory_floats(size_t n, bool zero)
{
    enum { HUGE_PAGE = 2 << 20, CACHE_LINE = 64, SLACK = 16 };
    size_t size = (n + SLACK) * sizeof(float);
    bool large = size >= 2 * HUGE_PAGE;
    float *memory;
    if (n > SIZE_MAX / sizeof(float) - SLACK || posix_memalign((void **)&memory, large ? HUGE_PAGE : CACHE_LINE, size))
        die("out of memory: %zu numbers", n);
    if (large)
        madvise(memory, size, MADV_HUGEPAGE);
    if (!zero)
        return memory;
#pragma omp parallel for schedule(static)
    for (size_t offset = 0; offset < size; offset += HUGE_PAGE)
        memset((char *)memory + offset, 0, size - offset < HUGE_PAGE ? size - offset : HUGE_PAGE);
    return memory;
}

void *memory_scratch_room(struct memory_scratch *s, size_t bytes)
{
    size_t floats = bytes / sizeof(float) + 1;
    if (s->floats < floats) {
        free(s->memory);
        s->memory = memory_floats(floats, false);
        s->floats = floats;
    }
    return s->memory;
}
