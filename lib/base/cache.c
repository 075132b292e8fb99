/* cache: the sizes that the C library knows. They are kept: to ask the processor can take as long as a product. */
#define _DEFAULT_SOURCE /* _SC_LEVEL1_DCACHE_SIZE */
#include "base/cache.h"

#include <stdatomic.h>
#include <unistd.h>

#ifdef _SC_LEVEL1_DCACHE_SIZE
enum { LEVEL1 = _SC_LEVEL1_DCACHE_SIZE, LEVEL2 = _SC_LEVEL2_CACHE_SIZE };
#else
enum { LEVEL1 = -1, LEVEL2 = -1 };
#endif

static size_t kept(atomic_size_t *size, int name, size_t otherwise)
{
    if (*size == 0) {
        long bytes = sysconf(name);
        *size = bytes > 0 ? (size_t)bytes : otherwise;
    }
    return *size;
}

size_t cache_level1(size_t otherwise)
{
    static atomic_size_t size;
    return kept(&size, LEVEL1, otherwise);
}

size_t cache_level2(size_t otherwise)
{
    static atomic_size_t size;
    return kept(&size, LEVEL2, otherwise);
}
