/* gemm: the driver that cuts matrix products into tiles, as in Goto & van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008): panels of B are packed so that a tile reads them in order; A is read where it lies. */
#include "gemm.h"

#include <cblas.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "gemm_kernels.h"

enum { K_BLOCK = 384, ROW_BLOCK = 240 };

static const struct gemm_kernel *kernel;

static const struct gemm_kernel *choose(void)
{
    static const struct gemm_kernel *const all[] = {&gemm_avx512, &gemm_avx2, &gemm_portable};
    const char *wanted = getenv("TAGPIPE_GEMM");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->runs_here() && (!wanted || strcmp(wanted, all[i]->name) == 0))
            return all[i];
    die("TAGPIPE_GEMM=%s: not one of avx512, avx2, openblas, or this processor lacks it", wanted);
}

static const struct gemm_kernel *the_kernel(void)
{
    if (!kernel) {
        const struct gemm_kernel *chosen = choose();
        openblas_set_num_threads(1);
        if (chosen == &gemm_portable && (getenv("OPENBLAS_CORETYPE") || getenv("OPENBLAS_L2_SIZE")))
            warn("OPENBLAS_CORETYPE or OPENBLAS_L2_SIZE is set: OpenBLAS may run at half its speed");
        kernel = chosen;
    }
    return kernel;
}

const char *gemm_backend(void)
{
    return the_kernel()->name;
}

/* Memory that a thread keeps from call to call. */
static float *scratch(size_t floats)
{
    static _Thread_local float *memory;
    static _Thread_local size_t room;
    if (room < floats) {
        free(memory);
        if (posix_memalign((void **)&memory, 64, floats * sizeof *memory))
            die("out of memory: %zu bytes", floats * sizeof *memory);
        room = floats;
    }
    return memory;
}

/* Columns [j, j + width) of op(B), k steps, as [k][width of the kernel] with zeros behind the edge. */
static void pack_panel(const struct gemm_kernel *g, bool tb, size_t width, size_t k, const float *b, size_t ldb, float *to)
{
    if (tb) {
        g->transpose(width, g->columns, k, b, ldb, to);
        return;
    }
    for (size_t p = 0; p < k; p++, to += g->columns, b += ldb) {
        memcpy(to, b, width * sizeof *to);
        memset(to + width, 0, (g->columns - width) * sizeof *to);
    }
}

/* All rows of A against one packed panel. */
static void run_panel(const struct gemm_kernel *g, size_t m, size_t width, size_t k, const float *a, size_t row_step,
                      size_t k_step, const float *panel, bool add, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i += g->rows)
        g->tile(m - i < g->rows ? m - i : g->rows, width, k, a + i * row_step, row_step, k_step, panel, add, c + i * ldc, ldc);
}

static void clear(size_t m, size_t n, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        memset(c + i * ldc, 0, n * sizeof *c);
}

/* A in tiles [k][rows of the kernel], read in order: its rows or columns as they lie, often some power of two apart, would
 * share a few sets of the cache. */
static void pack_rows(const struct gemm_kernel *g, bool ta, size_t m, size_t k, const float *a, size_t lda, float *to)
{
    for (size_t i = 0; i < m; i += g->rows, to += g->rows * k) {
        size_t n = m - i < g->rows ? m - i : g->rows;
        if (!ta)
            g->transpose(n, g->rows, k, a + i * lda, lda, to);
        for (size_t p = 0; ta && p < k; p++)
            memcpy(to + p * g->rows, a + p * lda + i, n * sizeof *to);
    }
}

/* Columns [from, to) of C, rows all. */
static void run_columns(const struct gemm_kernel *g, bool ta, bool tb, size_t m, size_t from, size_t to, size_t k,
                        const float *a, size_t lda, const float *packed_a, const float *b, size_t ldb, bool add, float *c,
                        size_t ldc, float *panel)
{
    for (size_t p = 0; p < k; p += K_BLOCK) {
        size_t depth = k - p < K_BLOCK ? k - p : K_BLOCK;
        for (size_t j = from; j < to; j += g->columns) {
            size_t width = to - j < g->columns ? to - j : g->columns;
            pack_panel(g, tb, width, depth, tb ? b + j * ldb + p : b + p * ldb + j, ldb, panel);
            if (!packed_a)
                run_panel(g, m, width, depth, ta ? a + p * lda : a + p, ta ? 1 : lda, ta ? lda : 1, panel, add || p > 0,
                          c + j, ldc);
            else
                for (size_t i = 0; i < m; i += g->rows)
                    g->tile(m - i < g->rows ? m - i : g->rows, width, depth, packed_a + i * k + p * g->rows, 1, g->rows,
                            panel, add || p > 0, c + i * ldc + j, ldc);
        }
    }
}

void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, bool add,
          float *c, size_t ldc)
{
    const struct gemm_kernel *g = the_kernel();
    if (k == 0 && !add)
        clear(m, n, c, ldc);
    run_columns(g, ta, tb, m, 0, n, k, a, lda, NULL, b, ldb, add, c, ldc, scratch(K_BLOCK * GEMM_COLUMNS_MAX));
}

static size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

/* Many rows, a short sum (gradients of weights): C is by far the largest and is passed once, a few tiles of rows at a time. */
static void run_rows(const struct gemm_kernel *g, size_t m, size_t n, size_t k, const float *packed_a, const float *packed_b,
                     bool add, float *c, size_t ldc)
{
    for (size_t p = 0; p < k; p += K_BLOCK)
        for (size_t j = 0; j < n; j += g->columns)
            for (size_t i = 0; i < m; i += g->rows)
                g->tile(m - i < g->rows ? m - i : g->rows, n - j < g->columns ? n - j : g->columns,
                        k - p < K_BLOCK ? k - p : K_BLOCK, packed_a + i * k + p * g->rows, 1, g->rows,
                        packed_b + j * k + p * g->columns, add || p > 0, c + i * ldc + j, ldc);
}

void gemm_parallel(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                   bool add, float *c, size_t ldc)
{
    const struct gemm_kernel *g = the_kernel();
    if (k == 0 && !add)
        clear(m, n, c, ldc);
    size_t panel_size = K_BLOCK * GEMM_COLUMNS_MAX, strip = 4 * g->rows, size_a = round_up(m, g->rows) * k;
    bool by_rows = k < m && m >= 8 * strip;
    float *packed_a = scratch(panel_size + size_a + (by_rows ? round_up(n, g->columns) * k : 0)) + panel_size;
    float *packed_b = packed_a + size_a;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < m; i += g->rows)
        pack_rows(g, ta, m - i < g->rows ? m - i : g->rows, k, ta ? a + i : a + i * lda, lda, packed_a + i * k);
    if (by_rows) {
#pragma omp parallel for schedule(static)
        for (size_t j = 0; j < n; j += g->columns)
            pack_panel(g, tb, n - j < g->columns ? n - j : g->columns, k, tb ? b + j * ldb : b + j, ldb, packed_b + j * k);
#pragma omp parallel for schedule(dynamic)
        for (size_t i = 0; i < m; i += strip)
            run_rows(g, m - i < strip ? m - i : strip, n, k, packed_a + i * k, packed_b, add, c + i * ldc, ldc);
        return;
    }
    /* Few panels a job, so that no thread waits long for the last one. */
    size_t step = g->columns * (n >= 2048 ? 4 : 1);
#pragma omp parallel for schedule(dynamic)
    for (size_t j = 0; j < n; j += step)
        run_columns(g, ta, tb, m, j, n - j < step ? n : j + step, k, a, lda, packed_a, b, ldb, add, c, ldc,
                    scratch(panel_size));
}

/* ---- weights packed once ---- */

struct packed { size_t n, k; float *panel; };

struct packed *gemm_pack(size_t n, size_t k, const float *w, size_t ldw)
{
    const struct gemm_kernel *g = the_kernel();
    struct packed *packed = xmalloc(1, sizeof *packed);
    *packed = (struct packed){.n = n, .k = k};
    size_t size = round_up(n, g->columns) * k;
    if (posix_memalign((void **)&packed->panel, 64, (size ? size : 1) * sizeof *packed->panel))
        die("out of memory: %zu bytes", size * sizeof *packed->panel);
#pragma omp parallel for schedule(static)
    for (size_t j = 0; j < n; j += g->columns)
        for (size_t p = 0; p < k; p += K_BLOCK)
            pack_panel(g, true, n - j < g->columns ? n - j : g->columns, k - p < K_BLOCK ? k - p : K_BLOCK, w + j * ldw + p,
                       ldw, packed->panel + j * k + p * g->columns);
    return packed;
}

void gemm_unpack(struct packed *packed)
{
    if (packed)
        free(packed->panel);
    free(packed);
}

void gemm_packed(size_t m, const float *x, size_t ldx, const struct packed *w, float *y, size_t ldy)
{
    const struct gemm_kernel *g = the_kernel();
    if (w->k == 0)
        clear(m, w->n, y, ldy);
    /* Blocks of rows that stay in the second cache while all panels pass by. */
    size_t row_blocks = (m + ROW_BLOCK - 1) / ROW_BLOCK, panels = (w->n + g->columns - 1) / g->columns;
    size_t step = row_blocks > 0 ? round_up((m + row_blocks - 1) / row_blocks, g->rows) : 0;
    size_t group = 4, groups = (panels + group - 1) / group;
#pragma omp parallel for collapse(2) schedule(dynamic)
    for (size_t block = 0; block < row_blocks; block++)
        for (size_t job = 0; job < groups; job++) {
            size_t i = block * step, rows = i >= m ? 0 : m - i < step ? m - i : step;
            for (size_t p = 0; p < w->k; p += K_BLOCK)
                for (size_t q = job * group; q < panels && q < (job + 1) * group; q++) {
                    size_t j = q * g->columns, width = w->n - j < g->columns ? w->n - j : g->columns;
                    run_panel(g, rows, width, w->k - p < K_BLOCK ? w->k - p : K_BLOCK, x + i * ldx + p, ldx, 1,
                              w->panel + j * w->k + p * g->columns, p > 0, y + i * ldy + j, ldy);
                }
        }
}
