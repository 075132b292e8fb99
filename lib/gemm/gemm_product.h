/* gemm_product: the driver of gemm. It cuts one product into tiles and gives them to the threads, as in Goto & van de Geijn,
 * "Anatomy of high-performance matrix multiplication" (2008): panels of B [k][columns] are packed, so that a tile reads them in
 * order. While the tiles of one panel are computed, the source of the next panel is prefetched. Only what needs it is packed: a
 * kernel that strides reads B in place, and A is read in place where its leading dimension allows that. */
#ifndef TAGPIPE_GEMM_GEMM_PRODUCT_H
#define TAGPIPE_GEMM_GEMM_PRODUCT_H

#include "gemm/gemm_pack.h"

/* C[m,n] = A[m,k] B[k,n], and how it is cut. */
struct gemm_product {
    struct gemm_format f;
    struct gemm_matrix a, b; /* without b.data if there are `panels` */
    struct gemm_result c;
    size_t m, n, k;
    const char *panels;               /* all of B, packed before; or NULL */
    const struct gemm_update *update; /* of B's source, before it is packed; or NULL */
    bool packs_all;                   /* each thread packs all of B before it begins; else each panel where it is used */
    bool by_rows;                     /* threads share the rows: a job has at most `most` tiles of them, and all panels */
    size_t most, blocks;              /* else they share the panels of each of `blocks` parts of the rows */
    size_t depth;                     /* steps of k before C is written */
    float *squares;                   /* [blocks of rows][gemm_product_squares_ld], gemm_squares of each block of C; or NULL */
    bool streams;                     /* C is stored past the caches: it is too large to be there when it is read again */
};

/* What one thread reads of A and B. Each thread packs for itself. To pack once for all threads would cost more: what another core
 * has just written comes slowly from there (each time anew, if the two share no cache), but packing an operand takes a hundredth
 * of the time that two threads take for the product. (It is a tenth of what 16 threads take; they should share parts of it.) */
struct gemm_operands {
    size_t first, end;       /* rows of A */
    const uint32_t *a;       /* floats, or pairs of bfloat16 */
    size_t row_size;         /* a tile whose first row is i begins at a + (i - first) * row_size */
    size_t row_step, k_step; /* within a tile, see gemm_tile */
    const char *panels;      /* all of B, or NULL */
};

enum { GEMM_MAX_GROUP = 4 }; /* panels at a time */

/* The product, with a depth of one block; the caller decides the rest. */
struct gemm_product gemm_product(struct gemm_format f, struct gemm_matrix a, struct gemm_matrix b, struct gemm_result c);
/* Whether tiles read B in place. (Where B's right edge cuts a panel, that panel is packed.) */
bool gemm_product_reads_b(const struct gemm_product *x);

static inline size_t gemm_product_squares_ld(const struct gemm_product *x)
{
    return (x->n + GEMM_SQUARES_COLUMNS - 1) / GEMM_SQUARES_COLUMNS;
}

/* Two ways to cut a product into jobs: by panels for few rows, and by rows for a large C, so that A is packed once. */
void gemm_product_share_panels(struct gemm_product *x);
void gemm_product_share_rows(struct gemm_product *x);

/* C [m,n] = 0. */
void gemm_clear(size_t m, size_t n, struct gemm_result c);
/* All of the product, on all threads. */
void gemm_product_run(const struct gemm_product *x);
/* On the calling thread: all rows of `own` by `panels` panels from `panel` on, at most GEMM_MAX_GROUP. `after`: the panel that
 * this thread goes on with. */
void gemm_product_tiles(const struct gemm_product *x, const struct gemm_operands *own, size_t panel, size_t panels, size_t after);

#endif
