/* gemm_pack: operands in a kernel's order, and weights that are packed once. */
#include "gemm/gemm_pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "gemm/gemm_parts.h"
#include "gemm/gemm_split.h"

struct gemm_format gemm_format_of(enum precision precision)
{
    const struct gemm_kernel *kernel = gemm_backend_kernel(precision);
    struct gemm_format f = {kernel, precision != PRECISION_FP32 && kernel->unit == 1, 1, kernel->unit};
    if (precision == PRECISION_BF16X3) {
        f.terms = kernel->split_tile ? GEMM_SPLIT_PARTS : GEMM_SPLIT_TERMS;
        f.together = kernel->split_tile ? kernel->fill : kernel->unit;
    }
    return f;
}

/* ---- what kernels share ---- */

void gemm_copy_plain(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    float *to = panel;
    for (size_t p = 0; p < k; p++, to += columns, from += ld) {
        memcpy(to, from, width * sizeof *to);
        memset(to + width, 0, (columns - width) * sizeof *to);
    }
}

void gemm_row_plain(size_t k, const float *from, void *to)
{
    memcpy(to, from, k * sizeof *from);
}

void gemm_transpose_plain(size_t width, size_t columns, size_t k, const float *from, size_t ld, void *panel)
{
    float *to = panel;
    enum { STRIP = 16 }; /* read 64 bytes of each row before going on in k */
    for (size_t p = 0; p < k; p += STRIP) {
        size_t n = k - p < STRIP ? k - p : STRIP;
        for (size_t j = 0; j < width; j++)
            for (size_t q = 0; q < n; q++)
                to[(p + q) * columns + j] = from[j * ld + p + q];
        for (size_t j = width; j < columns; j++)
            for (size_t q = 0; q < n; q++)
                to[(p + q) * columns + j] = 0;
    }
}

/* ---- operands ---- */

/* A row of A is a panel of one column. */
static void pack(struct gemm_format f, enum gemm_side side, bool transposed, size_t width, size_t columns, size_t k,
                 const float *from, size_t ld, void *to)
{
    const struct gemm_kernel *g = f.kernel;
    if (f.terms == GEMM_SPLIT_PARTS)
        gemm_split_parts(g, transposed, width, columns, k, from, ld, to);
    else if (f.terms == GEMM_SPLIT_TERMS)
        gemm_split_panel(g, side == GEMM_A, transposed, width, columns, k, from, ld, to);
    else if (columns == 1)
        g->row(k, from, to);
    else
        (transposed ? g->transpose : g->copy)(width, columns, k, from, ld, to);
    if (f.rounds && f.terms == 1)
        gemm_split_round(columns * k, to);
}

static void fill(struct gemm_format f, size_t columns, size_t k, char *panel)
{
    const size_t element = f.kernel->unit * f.kernel->bytes * columns;
    const size_t used = (gemm_format_steps(f, k) + f.kernel->unit - 1) / f.kernel->unit;
    memset(panel + used * element, 0, (gemm_format_elements(f, k) - used) * element);
}

void gemm_make_panel(struct gemm_format f, enum gemm_side side, bool transposed, size_t width, size_t columns, size_t k,
                     const float *from, size_t ld, void *to)
{
    pack(f, side, transposed, width, columns, k, from, ld, to);
    fill(f, columns, k, to);
}

void gemm_pack_panel(struct gemm_format f, struct gemm_matrix b, size_t panel, char *panels)
{
    const size_t columns = f.kernel->columns, j = panel * columns, k = b.rows;
    gemm_make_panel(f, GEMM_B, b.transposed, gemm_min(b.columns - j, columns), columns, k, b.data + (b.transposed ? j * b.ld : j),
                    b.ld, panels + panel * gemm_panel_bytes(f, k));
}

size_t gemm_format_row_bytes(struct gemm_format f, size_t k)
{
    size_t bytes = gemm_format_elements(f, k) * sizeof(uint32_t);
    return (round_up(bytes, GEMM_LINE) / GEMM_LINE | 1) * GEMM_LINE;
}

void gemm_make_row(struct gemm_format f, size_t k, const float *from, void *to)
{
    gemm_make_panel(f, GEMM_A, true, 1, 1, k, from, k, to);
}

/* By panels, whose elements of 32 bits are then transposed as numbers of fp32 are. */
void gemm_make_rows(struct gemm_format f, size_t n, size_t k, const float *from, size_t ld, char *to, size_t bytes)
{
    enum { COLUMNS = 16 };
    static _Thread_local struct memory_scratch scratch;
    const size_t elements = gemm_format_elements(f, k);
    float *panel = memory_scratch_room(&scratch, elements * COLUMNS * sizeof *panel);
    for (size_t i = 0; i < n; i += COLUMNS) {
        const size_t width = gemm_min(n - i, COLUMNS);
        gemm_make_panel(f, GEMM_A, false, width, COLUMNS, k, from + i, ld, panel);
        gemm_backend_kernel(PRECISION_FP32)
            ->transpose(elements, bytes / sizeof *panel, width, panel, COLUMNS, (float *)(void *)(to + i * bytes));
    }
}

/* ---- weights ---- */

struct gemm_packed *gemm_pack(enum precision precision, struct gemm_matrix w)
{
    struct gemm_packed *packed = xmalloc(1, sizeof *packed);
    *packed = (struct gemm_packed){.f = gemm_format_of(precision), .n = w.rows, .k = w.columns};
    size_t panels = gemm_n_panels(packed->f, w.rows);
    packed->panels = packed->own = memory_floats(panels * gemm_panel_bytes(packed->f, w.columns) / sizeof(float), false);
#pragma omp parallel for schedule(static)
    for (size_t panel = 0; panel < panels; panel++)
        gemm_pack_panel(packed->f, gemm_transpose(w), panel, (char *)packed->own);
    return packed;
}

void gemm_packed_free(struct gemm_packed *packed)
{
    if (packed)
        free(packed->own);
    free(packed);
}

size_t gemm_packed_parts(const struct gemm_packed *w, struct gemm_part part[GEMM_PARTS_MAX])
{
    part[0] = (struct gemm_part){w->panels, gemm_n_panels(w->f, w->n) * gemm_panel_bytes(w->f, w->k)};
    return 1;
}

struct gemm_packed *gemm_packed_take(enum precision precision, size_t n, size_t k, struct gemm_bytes *from)
{
    struct gemm_format f = gemm_format_of(precision);
    const float *panels = gemm_part_take(from, gemm_n_panels(f, n), gemm_panel_bytes(f, k));
    if (!panels)
        return NULL;
    struct gemm_packed *w = xmalloc(1, sizeof *w);
    *w = (struct gemm_packed){f, n, k, panels, NULL};
    return w;
}

size_t gemm_row_bytes(const struct gemm_packed *w)
{
    return gemm_format_row_bytes(w->f, w->k);
}

void gemm_pack_row(const struct gemm_packed *w, size_t first, size_t n, const float *x, void *row)
{
    pack(w->f, GEMM_A, true, 1, 1, n, x, n, (uint32_t *)row + first / w->f.kernel->unit * w->f.terms);
    if (first + n == w->k)
        fill(w->f, 1, w->k, row);
}

float *gemm_row_floats(const struct gemm_packed *w, size_t first, void *row)
{
    return gemm_format_is_fp32(w->f) ? (float *)row + first : NULL;
}

size_t gemm_ld(size_t n)
{
    return n * sizeof(float) % GEMM_CACHE_WAY ? n : n + GEMM_LINE / sizeof(float);
}

bool gemm_reads_in_place(const struct gemm_packed *w, size_t ld)
{
    return gemm_format_reads_in_place(w->f, ld);
}
