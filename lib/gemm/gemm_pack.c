/* gemm_pack: the kernel that runs here, operands in its order, and weights brought into it once. */
#include "gemm/gemm_pack.h"

#include <cblas.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* ---- which kernel ---- */

struct backend { const struct gemm_kernel *fp32, *bf16; };

static struct backend choose(void)
{
    static const struct gemm_kernel *const all[] = {&gemm_avx512, &gemm_avx2, &gemm_portable};
    const char *wanted = getenv("TAGPIPE_GEMM");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]->runs_here() && (!wanted || strcmp(wanted, all[i]->name) == 0))
            return (struct backend){all[i], !wanted && gemm_avx512_bf16.runs_here() ? &gemm_avx512_bf16 : all[i]};
    die("TAGPIPE_GEMM=%s: not one of avx512, avx2, openblas, or this processor lacks it", wanted);
}

static struct backend chosen;

static void choose_once(void)
{
    chosen = choose();
    openblas_set_num_threads(1);
    if (chosen.fp32 == &gemm_portable && (getenv("OPENBLAS_CORETYPE") || getenv("OPENBLAS_L2_SIZE")))
        warn("OPENBLAS_CORETYPE or OPENBLAS_L2_SIZE is set: OpenBLAS may run at half its speed");
}

static const struct backend *backend(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, choose_once);
    return &chosen;
}

const char *gemm_backend(void)
{
    return backend()->fp32->name;
}

const char *gemm_backend_bf16(void)
{
    return backend()->bf16->name;
}

struct gemm_format gemm_format_of(enum precision precision)
{
    const struct backend *b = backend();
    const struct gemm_kernel *g = precision == PRECISION_BF16 ? b->bf16 : b->fp32;
    return (struct gemm_format){g, precision == PRECISION_BF16 && g->unit == 1};
}

/* ---- operands ---- */

static void round_to_bf16(size_t n, float *x)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, x + i, sizeof bits);
        if ((bits & 0x7fffffff) > 0x7f800000)
            continue;                                       /* NaN */
        bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
        memcpy(x + i, &bits, sizeof bits);
    }
}

void gemm_make_panel(struct gemm_format f, bool transposed, size_t width, size_t columns, size_t k, const float *from, size_t ld, void *to)
{
    (transposed ? f.g->transpose : f.g->copy)(width, columns, k, from, ld, to);
    if (f.rounds)
        round_to_bf16(columns * k, to);
}

void gemm_pack_panel(struct gemm_format f, bool tb, size_t n, size_t k, const float *b, size_t ldb, size_t panel, char *to)
{
    size_t j = panel * f.g->columns;
    gemm_make_panel(f, tb, gemm_min(n - j, f.g->columns), f.g->columns, k, tb ? b + j * ldb : b + j, ldb, to + panel * gemm_panel_bytes(f, k));
}

size_t gemm_format_row_bytes(struct gemm_format f, size_t k)
{
    size_t bytes = (k + f.g->unit - 1) / f.g->unit * sizeof(uint32_t);
    return (round_up(bytes, GEMM_LINE) / GEMM_LINE | 1) * GEMM_LINE;
}

void gemm_make_row(struct gemm_format f, size_t k, const float *from, void *to)
{
    f.g->row(k, from, to);
    if (f.rounds)
        round_to_bf16(k, to);
}

/* ---- weights packed once ---- */

struct gemm_packed *gemm_pack(enum precision precision, size_t n, size_t k, const float *w, size_t ldw)
{
    struct gemm_packed *packed = xmalloc(1, sizeof *packed);
    *packed = (struct gemm_packed){.f = gemm_format_of(precision), .n = n, .k = k};
    packed->panels = memory_floats(gemm_n_panels(packed->f, n) * gemm_panel_bytes(packed->f, k) / sizeof(float), false);
#pragma omp parallel for schedule(static)
    for (size_t panel = 0; panel < gemm_n_panels(packed->f, n); panel++)
        gemm_pack_panel(packed->f, true, n, k, w, ldw, panel, (char *)packed->panels);
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
    gemm_make_row(w->f, n, x, (uint32_t *)row + first / w->f.g->unit);
}

float *gemm_row_floats(const struct gemm_packed *w, size_t first, void *row)
{
    return gemm_format_is_fp32(w->f) ? (float *)row + first : NULL;
}

size_t gemm_ld(size_t n)
{
    return n * sizeof(float) % GEMM_CACHE_WAY ? n : n + GEMM_LINE / sizeof(float);
}

bool gemm_reads_in_place(const struct gemm_packed *w, size_t ldx)
{
    return gemm_format_reads_in_place(w->f, ldx);
}
