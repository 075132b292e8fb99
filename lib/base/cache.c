/* cache: the sizes that the C library knows. They are kept: to ask the processor can take as long as a product. */
#define _DEFAULT_SOURCE /* _SC_LEVEL1_DCACHE_SIZE */
#include "base/cache.h"

#include <stdatomic.h>
#include <unistd.h>

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
#ifdef _SC_LEVEL1_DCACHE_SIZE
    return kept(&size, _SC_LEVEL1_DCACHE_SIZE, otherwise);
#else
    return kept(&size, -1, otherwise);
#endif
}

size_t cache_level2(size_t otherwise)
{
    static atomic_size_t size;
#ifdef _SC_LEVEL2_CACHE_SIZE
    return kept(&size, _SC_LEVEL2_CACHE_SIZE, otherwise);
#else
    return kept(&size, -1, otherwise);
#endif
}
