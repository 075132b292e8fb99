/* gemm_int8: weights are packed, and products cut into tiles. */
#include "gemm/gemm_int8.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "gemm/gemm_int8_kernels.h"
#include "gemm/gemm_parts.h"

enum { K_MAX = INT32_MAX / (GEMM_INT8_WEIGHT_MAX * GEMM_INT8_ACTIVATION_MAX) };

/* ---- rows of activations ---- */

size_t gemm_int8_row_bytes(size_t k)
{
    return round_up(k, 64) + 64; /* + 64: at a power of two, rows would share a few sets of the cache */
}

/* ---- weights ---- */

struct gemm_int8_packed {
    size_t n, k;
    const struct gemm_int8_kernel *kernel;
    int8_t *bytes;    /* of all panels */
    uint32_t *offset; /* of each quad in a row of A; NULL: 4 times its number in the panel */
    uint64_t *first;  /* [panels + 1] the first quad of each panel */
    float *scale;     /* [panels * columns] */
    int32_t *sum;     /* [panels * columns] over k: what a zero point adds */
    bool is_borrowed; /* the arrays lie in somebody else's memory, which may be read only */
};

/* From [columns][ld] bytes to [quads][columns][4]. */
static void interleave(size_t quads, size_t columns, const int8_t *from, size_t ld, int8_t *to)
{
    enum { STRIP = 16 }; /* quads: reads 64 bytes of each row before it goes on in k */
    for (size_t p = 0; p < quads; p += STRIP)
        for (size_t j = 0; j < columns; j++)
            for (size_t s = p; s < quads && s < p + STRIP; s++)
                memcpy(to + 4 * (s * columns + j), from + j * ld + 4 * s, 4);
}

/* That hold a column; gemm_int8_row_bytes has room for as many. */
static size_t quads_of(const struct gemm_int8_packed *w)
{
    return round_up((w->k + 3) / 4, w->kernel->quads ? w->kernel->quads : 1);
}

/* How many quads each panel of the quantised weights q [panels * columns][ld] takes. */
static size_t lay_out(struct gemm_int8_packed *w, size_t panels, const int8_t *q, size_t ld)
{
    size_t columns = w->kernel->columns, quads = quads_of(w);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < panels; i++)
        w->first[i + 1] = w->kernel->pairs ? gemm_int8_pair_quads(quads, columns, q + i * columns * ld, ld, NULL, NULL) : quads;
    for (size_t i = 0; i < panels; i++)
        w->first[i + 1] += w->first[i];
    return w->first[panels];
}

struct gemm_int8_packed *gemm_int8_pack(size_t n, size_t k, const float *const *row)
{
    if (k > K_MAX)
        die("int8: sums of %zu products do not fit 32 bits, %d do", k, (int)K_MAX);
    const struct gemm_int8_kernel *g = gemm_backend_int8_kernel();
    size_t columns = g->columns, panels = (n + columns - 1) / columns, wide = panels * columns, ld = gemm_int8_row_bytes(k);
    struct gemm_int8_packed *w = xmalloc(1, sizeof *w);
    *w = (struct gemm_int8_packed){.n = n,
                                   .k = k,
                                   .kernel = g,
                                   .first = xcalloc(panels + 1, sizeof *w->first),
                                   .scale = memory_floats(wide, true),
                                   .sum = xcalloc(wide + 1, sizeof *w->sum)};
    int8_t *q = xcalloc(wide + 1, ld);
#pragma omp parallel for schedule(static)
    for (size_t j = 0; j < n; j++)
        gemm_int8_quantize_weights(k, row[j], q + j * ld, &w->scale[j], &w->sum[j]);
    size_t quads = lay_out(w, panels, q, ld);
    w->bytes = (int8_t *)memory_floats(quads * columns, false);
    w->offset = g->pairs ? xmalloc(quads + 1, sizeof *w->offset) : NULL;
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < panels; i++) {
        int8_t *to = w->bytes + 4 * columns * w->first[i];
        if (g->pairs)
            gemm_int8_pair_quads(quads_of(w), columns, q + i * columns * ld, ld, to, w->offset + w->first[i]);
        else
            interleave(quads_of(w), columns, q + i * columns * ld, ld, to);
    }
    free(q);
    return w;
}

void gemm_int8_free(struct gemm_int8_packed *w)
{
    void *const all[] = {w ? w->bytes : NULL, w ? w->offset : NULL, w ? w->first : NULL, w ? w->scale : NULL, w ? w->sum : NULL};
    for (size_t i = 0; w && !w->is_borrowed && i < sizeof all / sizeof *all; i++)
        free(all[i]);
    free(w);
}

/* ---- as parts ---- */

static size_t panels_of(const struct gemm_int8_packed *w)
{
    return (w->n + w->kernel->columns - 1) / w->kernel->columns;
}

size_t gemm_int8_parts(const struct gemm_int8_packed *w, struct gemm_part part[GEMM_PARTS_MAX])
{
    size_t panels = panels_of(w), wide = panels * w->kernel->columns, quads = w->first[panels], n = 0;
    part[n++] = (struct gemm_part){w->first, (panels + 1) * sizeof *w->first};
    part[n++] = (struct gemm_part){w->scale, wide * sizeof *w->scale};
    part[n++] = (struct gemm_part){w->sum, wide * sizeof *w->sum};
    if (w->offset)
        part[n++] = (struct gemm_part){w->offset, quads * sizeof *w->offset};
    part[n++] = (struct gemm_part){w->bytes, quads * 4 * w->kernel->columns};
    return n;
}

/* Whether each panel has as many quads as lay_out gives, or in pairs at least so many, and none outside of a row. */
static bool are_quads(const struct gemm_int8_packed *w)
{
    size_t panels = panels_of(w), quads = quads_of(w), last = gemm_int8_row_bytes(w->k) - 4;
    for (size_t i = 0; i < panels; i++) {
        uint64_t here = w->first[i + 1] - w->first[i];
        if (w->first[i + 1] < w->first[i] || (w->offset ? here < quads || here % 2 : here != quads))
            return false;
    }
    for (size_t i = 0; w->offset && i < w->first[panels]; i++)
        if (w->offset[i] > last)
            return false;
    return true;
}

/* Only gemm_int8_pack writes into the arrays. */
static void *part(struct gemm_bytes *from, size_t count, size_t size)
{
    return (void *)(uintptr_t)gemm_part_take(from, count, size);
}

struct gemm_int8_packed *gemm_int8_take(size_t n, size_t k, struct gemm_bytes *from)
{
    const struct gemm_int8_kernel *g = gemm_backend_int8_kernel();
    struct gemm_int8_packed w = {.n = n, .k = k, .kernel = g, .is_borrowed = true};
    size_t panels = panels_of(&w), wide = panels * g->columns;
    w.first = part(from, panels + 1, sizeof *w.first);
    w.scale = part(from, wide, sizeof *w.scale);
    w.sum = part(from, wide, sizeof *w.sum);
    if (!w.sum || w.first[0] != 0 || w.first[panels] > from->left)
        return NULL;
    w.offset = g->pairs ? part(from, w.first[panels], sizeof *w.offset) : NULL;
    w.bytes = part(from, w.first[panels], 4 * g->columns);
    if (k > K_MAX || !w.bytes || !are_quads(&w))
        return NULL;
    struct gemm_int8_packed *taken = xmalloc(1, sizeof *taken);
    *taken = w;
    return taken;
}

/* ---- products ---- */

void gemm_int8(size_t m, const uint8_t *q, const struct gemm_int8_row *row, const struct gemm_int8_packed *w, const float *bias,
               float *y, size_t ldy)
{
    enum { LINE = 16 }; /* floats of a cache line */
    const struct gemm_int8_kernel *g = w->kernel;
    size_t lda = gemm_int8_row_bytes(w->k), tiles = (m + g->rows - 1) / g->rows;
    for (size_t j = 0, panel = 0; j < w->n; j += g->columns, panel++) {
        const size_t first = w->first[panel], next = w->first[panel + 1];
        const size_t ahead_bytes = j + g->columns < w->n ? 4 * g->columns * (w->first[panel + 2] - next) : 0;
        struct gemm_ahead ahead = {.row = (const char *)w->bytes + 4 * g->columns * next,
                                   .rows = ahead_bytes > 0,
                                   .bytes = ahead_bytes,
                                   .lines_at_once =
                                       gemm_lines_at_once(ahead_bytes / GEMM_LINE * GEMM_FETCH_STEPS, tiles * (next - first))};
        struct gemm_int8_panel b = {next - first, w->bytes + 4 * g->columns * first, w->offset ? w->offset + first : NULL,
                                    &ahead};
        for (size_t t = 0; t < tiles; t++) {
            size_t i = t * m / tiles, rows = (t + 1) * m / tiles - i; /* of nearly one size */
            for (size_t r = i; r < i + rows; r++)                     /* while the tile is computed */
                for (size_t c = 0; c < g->columns; c += LINE)
                    __builtin_prefetch(y + r * ldy + j + c, 1);
            struct gemm_int8_out out = {
                row + i,         w->scale + j, w->sum + j, bias ? bias + j : NULL, w->n - j < g->columns ? w->n - j : g->columns,
                y + i * ldy + j, ldy};
            g->tile(rows, q + i * lda, lda, &b, &out);
        }
    }
    if (g->job_done)
        g->job_done();
}
