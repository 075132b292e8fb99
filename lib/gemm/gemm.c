/* gemm: the products of gemm.h, each as a gemm_product. */
#include "gemm/gemm.h"

#include "base/memory.h"
#include "gemm/gemm_product.h"
#include "math/ops.h"

static _Thread_local struct memory_scratch panel_scratch, squares_scratch;

void gemm(struct gemm_matrix a, struct gemm_matrix b, struct gemm_result c)
{
    const struct gemm_format f = gemm_format_of(PRECISION_FP32);
    const struct gemm_kernel *g = f.kernel;
    struct gemm_ahead nothing = {.rows = 0};
    float *panel = memory_scratch_room(&panel_scratch, gemm_panel_bytes(f, GEMM_K_BLOCK));
    if (a.columns == 0 && !c.add)
        gemm_clear(a.rows, b.columns, c);
    for (size_t k = 0; k < a.columns; k += GEMM_K_BLOCK)
        for (size_t j = 0; j < b.columns; j += g->columns) {
            size_t depth = gemm_min(a.columns - k, GEMM_K_BLOCK), width = gemm_min(b.columns - j, g->columns);
            struct gemm_out out = {c.add || k > 0 ? GEMM_ADD : GEMM_SET, c.data + j, c.ld, NULL, 0};
            const float *source = b.transposed ? b.data + j * b.ld + k : b.data + k * b.ld + j;
            bool packs = b.transposed || !g->strides || width < g->columns;
            if (packs)
                gemm_make_panel(f, GEMM_B, b.transposed, width, g->columns, depth, source, b.ld, panel);
            for (size_t i = 0; i < a.rows; i += g->rows, out.c += g->rows * c.ld)
                g->tile(gemm_min(a.rows - i, g->rows), width, depth, a.transposed ? a.data + k * a.ld + i : a.data + i * a.ld + k,
                        a.transposed ? 1 : a.ld, a.transposed ? a.ld : 1, packs ? panel : source, packs ? g->columns : b.ld, &out,
                        &nothing);
        }
}

void gemm_parallel(enum precision precision, struct gemm_matrix a, struct gemm_matrix b, struct gemm_result c)
{
    struct gemm_product x = gemm_product(gemm_format_of(precision), a, b, c);
    gemm_product_share_panels(&x);
    gemm_product_run(&x);
}

void gemm_updated(enum precision precision, struct gemm_matrix x, struct gemm_matrix w, const struct gemm_update *update,
                  struct gemm_result y)
{
    struct gemm_product p = gemm_product(gemm_format_of(precision), x, gemm_transpose(w), y);
    p.update = update;
    gemm_product_share_panels(&p);
    if (p.blocks != 1) { /* a panel would be packed more than once, or never */
#pragma omp parallel for schedule(static)
        for (size_t i = 0; i < w.rows; i++)
            update->run(update->data, i * w.ld, 1, w.ld, w.columns);
        p.update = NULL;
    }
    gemm_product_run(&p);
}

double gemm_gradient(enum precision precision, struct gemm_matrix d, struct gemm_matrix x, struct gemm_result dw)
{
    enum { STREAMED = 1 << 19 }; /* bytes of a C that the caches do not hold until it is read again */
    enum { ROWS_MIN = 32 };      /* small tiles of rows that are enough for all threads */
    struct gemm_product p = gemm_product(gemm_format_of(precision), gemm_transpose(d), x, dw);
    const struct gemm_kernel *g = p.f.kernel;
    size_t squares = (p.m + GEMM_SQUARES_ROWS - 1) / GEMM_SQUARES_ROWS * gemm_product_squares_ld(&p);
    p.squares = memory_scratch_room(&squares_scratch, squares * sizeof *p.squares);
    /* Many rows: C is by far the largest matrix, and is passed once, a few rows at a time. Where B must be packed, k must be
     * short. */
    if ((p.k < p.m || gemm_product_reads_b(&p)) && p.m >= ROWS_MIN * gemm_min(g->rows, 12)) {
        p.packs_all = !gemm_product_reads_b(&p);
        gemm_product_share_rows(&p);
        p.streams = g->streams && p.m * p.n * sizeof *dw.data >= STREAMED && (uintptr_t)dw.data % GEMM_LINE == 0
                    && dw.ld * sizeof *dw.data % GEMM_LINE == 0;
        if (p.streams && p.k <= 3 * p.depth)
            p.depth = p.k; /* to store C once past the caches is better than several times through them */
    } else {
        gemm_product_share_panels(&p);
    }
    gemm_product_run(&p);
    return ops_sum(squares, p.squares);
}

/* ---- weights packed once ---- */

void gemm_packed_multiply(struct gemm_matrix x, const struct gemm_packed *w, struct gemm_result y)
{
    struct gemm_product p = gemm_product(w->f, x, (struct gemm_matrix){.rows = w->k, .columns = w->n}, y);
    p.panels = (const char *)w->panels;
    gemm_product_share_panels(&p);
    gemm_product_run(&p);
}

void gemm_packed_multiply_rows(struct gemm_rows x, const struct gemm_packed *w, size_t first, size_t columns,
                               struct gemm_result y)
{
    size_t row_size = x.bytes / sizeof(uint32_t), panels = gemm_n_panels(w->f, columns);
    struct gemm_matrix a = {.rows = x.n, .columns = w->k}, b = {.rows = w->k, .columns = w->n - first};
    struct gemm_product p = gemm_product(w->f, a, b, y);
    struct gemm_operands own = {.end = x.n,
                                .a = x.data,
                                .row_size = row_size,
                                .row_step = row_size,
                                .k_step = 1,
                                .panels = (const char *)w->panels + first / w->f.kernel->columns * gemm_panel_bytes(w->f, w->k)};
    for (size_t panel = 0; panel < panels; panel += GEMM_MAX_GROUP) {
        size_t n = gemm_min(GEMM_MAX_GROUP, panels - panel);
        gemm_product_tiles(&p, &own, panel, n, panel + n);
    }
}
