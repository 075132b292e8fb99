/* cache: how much of a block of work stays near. */
#ifndef TAGPIPE_BASE_CACHE_H
#define TAGPIPE_BASE_CACHE_H

#include <stddef.h>

/* Bytes of a processor's first-level data cache, and of its second-level cache; `otherwise` where the system does not say. */
size_t cache_level1(size_t otherwise);
size_t cache_level2(size_t otherwise);

#endif
