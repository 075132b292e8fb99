/* memory: room for large arrays of numbers. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20, CACHE_LINE = 64, SLACK = 16 };

static void clear(char *memory, size_t size)
{
#pragma omp parallel for schedule(static)
    for (size_t offset = 0; offset < size; offset += HUGE_PAGE)
        memset(memory + offset, 0, size - offset < HUGE_PAGE ? size - offset : HUGE_PAGE);
}

float *memory_floats(size_t n, bool zero)
{
    size_t size = (n + SLACK) * sizeof(float);
    bool large = size >= 2 * HUGE_PAGE;
    float *memory;
    if (n > SIZE_MAX / sizeof(float) - SLACK || posix_memalign((void **)&memory, large ? HUGE_PAGE : CACHE_LINE, size))
        die("out of memory: %zu numbers", n);
    if (large)
        madvise(memory, size, MADV_HUGEPAGE);
    if (zero)
        clear((char *)memory, size);
    return memory;
}

float *memory_sparse(size_t n, size_t first, size_t end)
{
    float *memory = memory_floats(n, false);
    size_t page = (size_t)sysconf(_SC_PAGESIZE), size = (n + SLACK) * sizeof *memory;
    char *bytes = (char *)memory;
    /* whole pages; what the system drops reads as zeros */
    size_t from = round_up((size_t)(uintptr_t)(memory + first), page) - (size_t)(uintptr_t)memory;
    size_t to = (size_t)(uintptr_t)(memory + end) / page * page - (size_t)(uintptr_t)memory;
    if (first >= end || from >= to || madvise(bytes + from, to - from, MADV_NOHUGEPAGE)
        || madvise(bytes + from, to - from, MADV_DONTNEED))
        from = to = size;
    clear(bytes, from);
    clear(bytes + to, size - to);
    return memory;
}

/* OpenMP ends threads where a team is smaller than the one before. */
static pthread_key_t scratch_of_thread;
static pthread_once_t scratch_once = PTHREAD_ONCE_INIT;

static void free_scratch(void *first)
{
    for (struct memory_scratch *s = first; s; s = s->next)
        free(s->memory);
}

static void make_key(void)
{
    if (pthread_key_create(&scratch_of_thread, free_scratch))
        die("out of memory: no key for the memory of threads");
}

static void keep(struct memory_scratch *s)
{
    pthread_once(&scratch_once, make_key);
    s->next = pthread_getspecific(scratch_of_thread);
    if (pthread_setspecific(scratch_of_thread, s))
        die("out of memory: no key for the memory of threads");
}

void *memory_scratch_room(struct memory_scratch *s, size_t bytes)
{
    size_t floats = bytes / sizeof(float) + 1;
    if (s->floats < floats) {
        if (!s->memory)
            keep(s);
        free(s->memory);
        s->memory = memory_floats(floats, false);
        s->floats = floats;
    }
    return s->memory;
}
