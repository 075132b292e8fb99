/* gemm_pack: which kernel a product takes, and its operands in that kernel's order. */
#ifndef TAGPIPE_GEMM_GEMM_PACK_H
#define TAGPIPE_GEMM_GEMM_PACK_H

#include "gemm/gemm.h"
#include "gemm/gemm_kernels.h"

/* Steps of k (of pairs where a kernel takes those) that a panel packed on the fly holds. */
enum { K_BLOCK = 384 };

/* What a kernel and a precision ask of an operand. */
struct format { const struct gemm_kernel *g; bool rounds; };
struct format format_of(enum precision precision);

/* Whether numbers are taken in fp32 as they came. */
static inline bool takes_floats(struct format f)
{
    return f.g->unit == 1 && !f.rounds;
}

/* Whether the kernel reads them where they lie, a step in each row. */
static inline bool strides(struct format f)
{
    return takes_floats(f) && f.g->strides;
}

/* Whether a kernel can read rows of A where they lie: it wants no other form, and their beginnings do not share one set of the
 * first cache (4096 bytes for each of its ways). */
enum { CACHE_WAY = 4096 };
static inline bool lie_well(struct format f, size_t ld)
{
    return takes_floats(f) && ld * sizeof(float) % CACHE_WAY != 0;
}

static inline size_t n_panels(struct format f, size_t n)
{
    return (n + f.g->columns - 1) / f.g->columns;
}

/* Of one panel with k steps. */
static inline size_t panel_bytes(struct format f, size_t k)
{
    return f.g->columns * round_up(k, f.g->unit) * f.g->bytes;
}

/* k steps of `width` columns of a matrix, `columns` wide with zeros behind them. `transposed`: its steps lie along the rows. */
void make_panel(struct format f, bool transposed, size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to);
/* Panel `panel` of op(B) [k,n] into its place among all: [k][columns]. */
void pack_panel(struct format f, bool tb, size_t n, size_t k, const float *b, size_t ldb, size_t panel, char *to);

/* Of a row of A: an odd number of lines, lest rows share a few sets of the cache. */
size_t row_bytes(struct format f, size_t k);
void make_row(struct format f, size_t k, const float *from, void *to);

struct packed { struct format f; size_t n, k; float *panels; };

static inline size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
