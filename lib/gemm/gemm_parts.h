/* gemm_parts: packed weights as arrays of bytes, so that they can lie in a file that processes map instead of packing anew.
 *
 * The arrays of a matrix follow one another in a fixed order, each at a multiple of GEMM_PART_ALIGNMENT bytes and with as many
 * spare ones after it. Nothing tells their sizes: these follow from the matrix's size, and are checked against what is there. */
#ifndef TAGPIPE_GEMM_GEMM_PARTS_H
#define TAGPIPE_GEMM_GEMM_PARTS_H

#include "gemm/gemm_int8.h"
#include "gemm/gemm_packed.h"

/* To be raised when a kernel packs the same weights into other bytes; tests/gemm/test_gemm_parts.c sees that. */
enum { GEMM_LAYOUT = 2 };

enum { GEMM_PARTS_MAX = 5, GEMM_PART_ALIGNMENT = 64 };
struct gemm_part {
    const void *data;
    size_t bytes;
};
/* What a part of so many bytes takes; the bytes after its own are 0. */
static inline size_t gemm_part_room(size_t bytes)
{
    return round_up(bytes + GEMM_PART_ALIGNMENT, GEMM_PART_ALIGNMENT);
}

/* The kernel that packs in this precision (PRECISION_INT8: gemm_int8_pack), and everything that the bytes depend on besides the
 * weights. The caller frees gemm_layout. */
const char *gemm_layout_kernel(enum precision precision);
char *gemm_layout(enum precision precision);

/* The parts of packed weights; returns their number. They lie in memory as long as the weights do. */
size_t gemm_packed_parts(const struct gemm_packed *w, struct gemm_part part[GEMM_PARTS_MAX]);
size_t gemm_int8_parts(const struct gemm_int8_packed *w, struct gemm_part part[GEMM_PARTS_MAX]);

/* Bytes that are still to be taken. The first one is aligned. */
struct gemm_bytes {
    const uint8_t *at;
    size_t left;
};
/* The reverse: weights W [n,k] whose parts lie in `from`, which moves on. They stay there; the caller keeps the bytes until
 * gemm_packed_free. NULL: these are no such parts, or not all of them. Products read nothing outside of the parts, whatever the
 * bytes are. */
struct gemm_packed *gemm_packed_take(enum precision precision, size_t n, size_t k, struct gemm_bytes *from);
struct gemm_int8_packed *gemm_int8_take(size_t n, size_t k, struct gemm_bytes *from);

/* For these two: the next part, `count` elements of `size` bytes; NULL: there are fewer, and nothing is left. */
const void *gemm_part_take(struct gemm_bytes *from, size_t count, size_t size);

#endif
