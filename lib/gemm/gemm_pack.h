/* gemm_pack: operands in the order in which a kernel reads them. */
#ifndef TAGPIPE_GEMM_GEMM_PACK_H
#define TAGPIPE_GEMM_GEMM_PACK_H

#include "gemm/gemm_packed.h"
#include "gemm/gemm_kernels.h"

/* Steps of k (of pairs of bfloat16, where a kernel takes those) in a panel that is packed on the fly. */
enum { GEMM_K_BLOCK = 384 };

/* The form that a kernel and a precision ask of an operand. `rounds`: fp32 that is rounded to bfloat16 before it is
 * multiplied. `terms`: of an element, for PRECISION_BF16X3 (gemm_split.h); else 1. `together`: steps of k of which each term lies
 * in one run. */
struct gemm_format {
    const struct gemm_kernel *kernel;
    bool rounds;
    size_t terms, together;
};
struct gemm_format gemm_format_of(enum precision precision);

/* Whether numbers are taken as they are in fp32. */
static inline bool gemm_format_is_fp32(struct gemm_format f)
{
    return f.kernel->unit == 1 && !f.rounds;
}

/* Whether a kernel can read rows of A in place: they have its form, and with this leading dimension the rows do not share one set
 * of the first-level cache. It has 64 sets of 64 bytes (AMD: 8 ways, 32 KiB; Intel: 8, or 12 and 48 KiB), so rows that are a
 * multiple of 4096 bytes apart meet in one. In the second-level cache (8 ways and 1024 or 2048 sets, or 16 and 2048) they fill 16
 * or 32 sets, so that even there 384 such rows are not held. */
enum { GEMM_CACHE_WAY = 4096 };
static inline bool gemm_format_reads_in_place(struct gemm_format f, size_t ld)
{
    return gemm_format_is_fp32(f) && ld * sizeof(float) % GEMM_CACHE_WAY != 0;
}

/* Steps of k that a tile takes at most where its panel is packed on the fly. */
static inline size_t gemm_format_depth(struct gemm_format f)
{
    size_t near = f.kernel->near ? f.kernel->near() : 0;
    return near && near < GEMM_K_BLOCK ? near : GEMM_K_BLOCK;
}

/* Whether many tiles best read steps of k in place, one in each row of a matrix with this leading dimension. */
static inline bool gemm_format_strides(struct gemm_format f, size_t ld)
{
    return gemm_format_reads_in_place(f, ld) && f.kernel->strides && !(f.kernel->near && f.kernel->near());
}

static inline size_t gemm_n_panels(struct gemm_format f, size_t n)
{
    return (n + f.kernel->columns - 1) / f.kernel->columns;
}

/* Steps that a kernel takes for k steps of a matrix. */
static inline size_t gemm_format_steps(struct gemm_format f, size_t k)
{
    return f.terms > 1 ? f.terms * round_up(k, f.together) : k;
}

/* What they take in a panel or a row: elements of `unit` steps, with the zeros after them. */
static inline size_t gemm_format_elements(struct gemm_format f, size_t k)
{
    size_t unit = f.kernel->unit;
    return round_up(gemm_format_steps(f, k), f.kernel->fill ? f.kernel->fill : unit) / unit;
}

/* Of one panel with k steps. */
static inline size_t gemm_panel_bytes(struct gemm_format f, size_t k)
{
    return f.kernel->columns * gemm_format_elements(f, k) * f.kernel->unit * f.kernel->bytes;
}

/* k steps of `width` columns of a matrix, as a panel of `columns` with zeros after them. `transposed`: its steps lie along the
 * rows. `side`: the operand that it is. */
enum gemm_side { GEMM_A, GEMM_B };
void gemm_make_panel(struct gemm_format f, enum gemm_side side, bool transposed, size_t width, size_t columns, size_t k,
                     const float *from, size_t ld, void *to);
/* Panel number `panel` of B [k,n] into its place among all panels. */
void gemm_pack_panel(struct gemm_format f, struct gemm_matrix b, size_t panel, char *panels);

/* Of a row of A: an odd number of cache lines, so that rows do not share a few sets of the cache. */
size_t gemm_format_row_bytes(struct gemm_format f, size_t k);
void gemm_make_row(struct gemm_format f, size_t k, const float *from, void *to);
/* Rows of A from its transpose: n columns of `from` [k,ld], `bytes` from one to the next. */
void gemm_make_rows(struct gemm_format f, size_t n, size_t k, const float *from, size_t ld, char *to, size_t bytes);

struct gemm_packed {
    struct gemm_format f;
    size_t n, k;
    const float *panels;
    float *own; /* the same, to be freed; NULL: they lie in somebody else's memory */
};

static inline size_t gemm_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
