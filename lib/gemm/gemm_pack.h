/* gemm_pack: operands in the order in which a kernel reads them. */
#ifndef TAGPIPE_GEMM_GEMM_PACK_H
#define TAGPIPE_GEMM_GEMM_PACK_H

#include "gemm/gemm_packed.h"
#include "gemm/gemm_kernels.h"

/* Steps of k (of pairs of bfloat16, where a kernel takes those) in a panel that is packed on the fly. */
enum { GEMM_K_BLOCK = 384 };

/* The form that a kernel and a precision ask of an operand. `rounds`: fp32 that is rounded to bfloat16 before it is
 * multiplied. */
struct gemm_format {
    const struct gemm_kernel *kernel;
    bool rounds;
};
struct gemm_format gemm_format_of(enum precision precision);

/* Whether numbers are taken as they are in fp32. */
static inline bool gemm_format_is_fp32(struct gemm_format f)
{
    return f.kernel->unit == 1 && !f.rounds;
}

/* Whether the kernel reads steps of k in place, one in each row of a matrix. */
static inline bool gemm_format_strides(struct gemm_format f)
{
    return gemm_format_is_fp32(f) && f.kernel->strides;
}

/* Whether a kernel can read rows of A in place: they have its form, and with this leading dimension the rows do not share one set
 * of the first-level cache (4096 bytes for each of its ways). */
enum { GEMM_CACHE_WAY = 4096 };
static inline bool gemm_format_reads_in_place(struct gemm_format f, size_t ld)
{
    return gemm_format_is_fp32(f) && ld * sizeof(float) % GEMM_CACHE_WAY != 0;
}

static inline size_t gemm_n_panels(struct gemm_format f, size_t n)
{
    return (n + f.kernel->columns - 1) / f.kernel->columns;
}

/* Of one panel with k steps. */
static inline size_t gemm_panel_bytes(struct gemm_format f, size_t k)
{
    return f.kernel->columns * round_up(k, f.kernel->unit) * f.kernel->bytes;
}

/* k steps of `width` columns of a matrix, as a panel of `columns` with zeros after them. `transposed`: its steps lie along the
 * rows. */
void gemm_make_panel(struct gemm_format f, bool transposed, size_t width, size_t columns, size_t k, const float *from, size_t ld,
                     void *to);
/* Panel number `panel` of B [k,n] into its place among all panels. */
void gemm_pack_panel(struct gemm_format f, struct gemm_matrix b, size_t panel, char *panels);

/* Of a row of A: an odd number of cache lines, so that rows do not share a few sets of the cache. */
size_t gemm_format_row_bytes(struct gemm_format f, size_t k);
void gemm_make_row(struct gemm_format f, size_t k, const float *from, void *to);

struct gemm_packed {
    struct gemm_format f;
    size_t n, k;
    float *panels;
};

static inline size_t gemm_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
