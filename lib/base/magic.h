/* magic: what a file is, by its first bytes, where it is neither text nor a stream. */
#ifndef TAGPIPE_BASE_MAGIC_H
#define TAGPIPE_BASE_MAGIC_H

#include <stddef.h>

/* "is compressed by gzip; unpack it first: gzip -dc", for messages about such a file; NULL: not known. */
const char *magic_advice(const void *bytes, size_t n);

#endif
