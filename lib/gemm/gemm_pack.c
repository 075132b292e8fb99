/* gemm_pack: operands in a kernel's order, and weights that are packed once. */
#include "gemm/gemm_pack.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct gemm_format gemm_format_of(enum precision precision)
{
    const struct gemm_kernel *kernel = gemm_backend_kernel(precision);
    return (struct gemm_format){kernel, precision == PRECISION_BF16 && kernel->unit == 1};
}

/* ---- operands ---- */

static void round_to_bf16(size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        if ((bits & 0x7fffffff) > 0x7f800000)
            continue; /* NaN */
        bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
        memcpy(x + i, &bits, sizeof bits);
    }
}

void gemm_make_panel(struct gemm_format f, bool transposed, size_t width, size_t columns, size_t k, const float *from, size_t ld,
                     void *to)
{
    (transposed ? f.kernel->transpose : f.kernel->copy)(width, columns, k, from, ld, to);
    if (f.rounds)
        round_to_bf16(columns * k, to);
}

void gemm_pack_panel(struct gemm_format f, struct gemm_matrix b, size_t panel, char *panels)
{
    const size_t columns = f.kernel->columns, j = panel * columns, k = b.rows;
    gemm_make_panel(f, b.transposed, gemm_min(b.columns - j, columns), columns, k, b.data + (b.transposed ? j * b.ld : j), b.ld,
                    panels + panel * gemm_panel_bytes(f, k));
}

size_t gemm_format_row_bytes(struct gemm_format f, size_t k)
{
    size_t bytes = (k + f.kernel->unit - 1) / f.kernel->unit * sizeof(uint32_t);
    return (round_up(bytes, GEMM_LINE) / GEMM_LINE | 1) * GEMM_LINE;
}

void gemm_make_row(struct gemm_format f, size_t k, const float *from, void *to)
{
    f.kernel->row(k, from, to);
    if (f.rounds)
        round_to_bf16(k, to);
}

/* ---- weights ---- */

struct gemm_packed *gemm_pack(enum precision precision, struct gemm_matrix w)
{
    struct gemm_packed *packed = xmalloc(1, sizeof *packed);
    *packed = (struct gemm_packed){.f = gemm_format_of(precision), .n = w.rows, .k = w.columns};
    size_t panels = gemm_n_panels(packed->f, w.rows);
    packed->panels = memory_floats(panels * gemm_panel_bytes(packed->f, w.columns) / sizeof(float), false);
#pragma omp parallel for schedule(static)
    for (size_t panel = 0; panel < panels; panel++)
        gemm_pack_panel(packed->f, gemm_transpose(w), panel, (char *)packed->panels);
    return packed;
}

void gemm_packed_free(struct gemm_packed *packed)
{
    if (packed)
        free(packed->panels);
    free(packed);
}

size_t gemm_row_bytes(const struct gemm_packed *w)
{
    return gemm_format_row_bytes(w->f, w->k);
}

void gemm_pack_row(const struct gemm_packed *w, size_t first, size_t n, const float *x, void *row)
{
    gemm_make_row(w->f, n, x, (uint32_t *)row + first / w->f.kernel->unit);
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
