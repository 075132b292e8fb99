/* gemm_pack: which kernel a product takes, and its operands in that kernel's order. */
#ifndef TAGPIPE_GEMM_GEMM_PACK_H
#define TAGPIPE_GEMM_GEMM_PACK_H

#include "gemm/gemm.h"
#include "gemm/gemm_kernels.h"

/* Steps of k (of pairs where a kernel takes those) that a panel packed on the fly holds. */
enum { GEMM_K_BLOCK = 384 };

/* What a kernel and a precision ask of an operand. */
struct gemm_format { const struct gemm_kernel *g; bool rounds; };
struct gemm_format gemm_format_of(enum precision precision);

/* Whether numbers are taken in fp32 as they came. */
static inline bool gemm_format_is_fp32(struct gemm_format f)
{
    return f.g->unit == 1 && !f.rounds;
}

/* Whether the kernel reads them where they lie, a step in each row. */
static inline bool gemm_format_strides(struct gemm_format f)
{
    return gemm_format_is_fp32(f) && f.g->strides;
}

/* Whether a kernel can read rows of A where they lie: it wants no other form, and their beginnings do not share one set of the
 * first cache (4096 bytes for each of its ways). */
enum { GEMM_CACHE_WAY = 4096 };
static inline bool gemm_format_reads_in_place(struct gemm_format f, size_t ld)
{
    return gemm_format_is_fp32(f) && ld * sizeof(float) % GEMM_CACHE_WAY != 0;
}

static inline size_t gemm_n_panels(struct gemm_format f, size_t n)
{
    return (n + f.g->columns - 1) / f.g->columns;
}

/* Of one panel with k steps. */
static inline size_t gemm_panel_bytes(struct gemm_format f, size_t k)
{
    return f.g->columns * round_up(k, f.g->unit) * f.g->bytes;
}

/* k steps of `width` columns of a matrix, `columns` wide with zeros behind them. `transposed`: its steps lie along the rows. */
void gemm_make_panel(struct gemm_format f, bool transposed, size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to);
/* Panel `panel` of op(B) [k,n] into its place among all: [k][columns]. */
void gemm_pack_panel(struct gemm_format f, bool tb, size_t n, size_t k, const float *b, size_t ldb, size_t panel, char *to);

/* Of a row of A: an odd number of lines, lest rows share a few sets of the cache. */
size_t gemm_format_row_bytes(struct gemm_format f, size_t k);
void gemm_make_row(struct gemm_format f, size_t k, const float *from, void *to);

struct gemm_packed { struct gemm_format f; size_t n, k; float *panels; };

static inline size_t gemm_min(size_t a, size_t b)
{
    return a < b ? a : b;
}

#endif
