/* gemm_parts: the layout of packed weights in words, and their bytes one part after the other. */
#include "gemm/gemm_parts.h"

#include "gemm/gemm_int8_kernels.h"
#include "gemm/gemm_pack.h"

const char *gemm_layout_kernel(enum precision precision)
{
    return precision == PRECISION_INT8 ? gemm_backend_int8_kernel()->name : gemm_backend_kernel(precision)->name;
}

char *gemm_layout(enum precision precision)
{
    if (precision == PRECISION_INT8) {
        const struct gemm_int8_kernel *g = gemm_backend_int8_kernel();
        return xasprintf("%d: int8 for %s, columns %zu, quads %zu%s", GEMM_LAYOUT, g->name, g->columns, g->quads,
                         g->pairs ? ", pairs" : "");
    }
    struct gemm_format f = gemm_format_of(precision);
    return xasprintf("%d: %s for %s, columns %zu, unit %zu of %zu bytes, fill %zu, terms %zu%s", GEMM_LAYOUT,
                     precision_name(precision), f.kernel->name, f.kernel->columns, f.kernel->unit, f.kernel->bytes,
                     f.kernel->fill, f.terms, f.rounds ? ", rounded" : "");
}

const void *gemm_part_take(struct gemm_bytes *from, size_t count, size_t size)
{
    const void *part = from->at;
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > from->left || gemm_part_room(bytes) > from->left) {
        from->left = 0;
        return NULL;
    }
    from->at += gemm_part_room(bytes);
    from->left -= gemm_part_room(bytes);
    return part;
}
