/* gemm: the driver that cuts matrix products into tiles, as in Goto & van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008): panels of A and B are packed so that a tile reads them in order, and while the tiles of one panel
 * are computed, the source of the next is on its way from memory. */
#include "gemm.h"

#include <cblas.h>
#include <omp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "floats.h"
#include "gemm_kernels.h"

/* A block of K_BLOCK steps of ROW_BLOCK rows stays in the second-level cache while panels pass by; no more of A is packed at
 * a time than the third-level cache holds beside them. */
enum { K_BLOCK = 384, ROW_BLOCK = 240, CACHE_LINE = 64, A_BYTES_MAX = 8 << 20, STREAMED = 1 << 20 };

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

/* ---- memory that a thread keeps from call to call ---- */

struct buffer { float *memory; size_t floats; };
static _Thread_local struct buffer panel_buffer, operand_buffer;

static char *room(struct buffer *b, size_t bytes)
{
    size_t floats = bytes / sizeof(float) + 1;
    if (b->floats < floats) {
        free(b->memory);
        b->memory = floats_new(floats, false);
        b->floats = floats;
    }
    return (char *)b->memory;
}

static size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- panels ---- */

/* What a kernel and a precision ask of a panel. */
struct format { const struct gemm_kernel *g; bool rounds; };

static struct format format_of(enum precision precision)
{
    const struct backend *b = backend();
    const struct gemm_kernel *g = precision == PRECISION_BF16 ? b->bf16 : b->fp32;
    return (struct format){g, precision == PRECISION_BF16 && g->unit == 1};
}

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

static void make_panel(struct format f, bool transposed, size_t width, size_t columns, size_t k, const float *from, size_t ld,
                       void *to)
{
    (transposed ? f.g->transpose : f.g->copy)(width, columns, k, from, ld, to);
    if (f.rounds)
        round_to_bf16(columns * k, to);
}

/* All panels of op(B) [k,n], each [k][columns]: W itself, not transposed, has its steps along the rows. */
static void pack_b(struct format f, bool tb, size_t n, size_t k, const float *b, size_t ldb, char *to)
{
    size_t size = f.g->columns * f.g->bytes;                /* of one step of a panel */
#pragma omp parallel for schedule(static)
    for (size_t j = 0; j < n; j += f.g->columns)
        for (size_t p = 0; p < k; p += K_BLOCK)
            make_panel(f, tb, least(n - j, f.g->columns), f.g->columns, least(k - p, K_BLOCK),
                       tb ? b + j * ldb + p : b + p * ldb + j, ldb,
                       to + j / f.g->columns * round_up(k, f.g->unit) * size + p * size);
}

/* ---- one product on all threads ---- */

struct product {
    struct format f;
    bool ta, tb, add;
    size_t m, n, k, lda, ldb, ldc;
    const float *a, *b;
    float *c;
    const char *panels;             /* all of B; NULL: each panel is packed where it is used */
    size_t row_block, group;        /* a job: so many rows by so many panels */
    size_t from, to;                /* the steps of k that packed_a has */
    bool streams;                   /* C is not read again before the caches have forgotten it */
    char *packed_a;                 /* [m / rows][to - from][rows] */
};

static size_t n_panels(const struct product *x)
{
    return (x->n + x->f.g->columns - 1) / x->f.g->columns;
}

static const char *stored_panel(const struct product *x, size_t panel, size_t p)
{
    size_t size = x->f.g->columns * x->f.g->bytes;
    return x->panels + panel * round_up(x->k, x->f.g->unit) * size + p * size;
}

static void fetch_lines(const void *at, size_t bytes)
{
    for (size_t i = 0; i < bytes; i += CACHE_LINE)
        __builtin_prefetch((const char *)at + i, 0, 2);
}

/* One part of the source of a panel's block at step p. */
static void look_ahead(const struct product *x, size_t panel, size_t p, size_t part, size_t parts)
{
    size_t depth = least(x->to - p, K_BLOCK), j = panel * x->f.g->columns, width = least(x->n - j, x->f.g->columns);
    if (x->panels) {
        size_t bytes = depth * x->f.g->columns * x->f.g->bytes, first = part * bytes / parts;
        fetch_lines(stored_panel(x, panel, p) + first, (part + 1) * bytes / parts - first);
    } else if (x->tb) {
        for (size_t r = part * width / parts; r < (part + 1) * width / parts; r++)
            fetch_lines(x->b + (j + r) * x->ldb + p, depth * sizeof *x->b);
    } else {
        for (size_t r = part * depth / parts; r < (part + 1) * depth / parts; r++)
            fetch_lines(x->b + (p + r) * x->ldb + j, width * sizeof *x->b);
    }
}

struct place { size_t panel, p; };

/* A block of rows against one block of one panel; meanwhile the next panel's source comes nearer. */
static void run_panel(const struct product *x, size_t first, size_t end, struct place here, struct place next)
{
    const struct gemm_kernel *g = x->f.g;
    size_t depth = least(x->to - here.p, K_BLOCK), j = here.panel * g->columns, width = least(x->n - j, g->columns);
    size_t tiles = (end - first + g->rows - 1) / g->rows, steps = round_up(x->to - x->from, g->unit);
    enum gemm_store store = x->add || here.p > 0 ? GEMM_ADD : x->streams && depth == x->k ? GEMM_STREAM : GEMM_SET;
    const char *b;
    if (x->panels)
        b = stored_panel(x, here.panel, here.p);
    else {
        char *packed = room(&panel_buffer, K_BLOCK * GEMM_COLUMNS_MAX * sizeof(float));
        make_panel(x->f, x->tb, width, g->columns, depth, x->tb ? x->b + j * x->ldb + here.p : x->b + here.p * x->ldb + j,
                   x->ldb, packed);
        b = packed;
    }
    for (size_t t = 0; t < tiles; t++) {
        size_t i = first + t * g->rows;
        if (next.panel < n_panels(x))
            look_ahead(x, next.panel, next.p, t, tiles);
        g->tile(least(end - i, g->rows), width, depth,
                x->packed_a + (i * steps + (here.p - x->from) * g->rows) * g->bytes, 1, g->rows, b, store,
                x->c + i * x->ldc + j, x->ldc);
    }
}

/* `after`: the panel that this thread is likely to begin its next job with. */
static void run_job(const struct product *x, size_t first, size_t end, size_t panel, size_t after)
{
    size_t last = least(panel + x->group, n_panels(x));
    for (size_t p = x->from; p < x->to; p += K_BLOCK)
        for (size_t q = panel; q < last; q++) {
            struct place next = q + 1 < last ? (struct place){q + 1, p}
                              : p + K_BLOCK < x->to ? (struct place){panel, p + K_BLOCK} : (struct place){after, x->from};
            run_panel(x, first, end, (struct place){q, p}, next);
        }
    if (x->streams)
        atomic_thread_fence(memory_order_seq_cst);          /* what went past the caches is there for the other threads */
}

static void pack_a(const struct product *x)
{
    size_t rows = x->f.g->rows, steps = round_up(x->to - x->from, x->f.g->unit);
#pragma omp parallel for schedule(static)
    for (size_t i = 0; i < x->m; i += rows)
        for (size_t p = x->from; p < x->to; p += K_BLOCK)
            make_panel(x->f, !x->ta, least(x->m - i, rows), rows, least(x->to - p, K_BLOCK),
                       x->ta ? x->a + p * x->lda + i : x->a + i * x->lda + p, x->lda,
                       x->packed_a + (i * steps + (p - x->from) * rows) * x->f.g->bytes);
}

static void clear(size_t m, size_t n, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        memset(c + i * ldc, 0, n * sizeof *c);
}

static void run(struct product *x)
{
    if (x->k == 0 && !x->add)
        clear(x->m, x->n, x->c, x->ldc);
    if (x->k == 0 || x->m == 0 || x->n == 0)
        return;
    const struct gemm_kernel *g = x->f.g;
    size_t blocks = (x->m + x->row_block - 1) / x->row_block, groups = (n_panels(x) + x->group - 1) / x->group;
    size_t rows = round_up((x->m + blocks - 1) / blocks, g->rows), threads = (size_t)omp_get_max_threads();
    size_t step_bytes = round_up(x->m, g->rows) * g->bytes;
    size_t depth = step_bytes * x->k <= A_BYTES_MAX ? x->k
                 : round_up(A_BYTES_MAX / step_bytes + 1, K_BLOCK);
    for (x->from = 0; x->from < x->k; x->from = x->to) {
        x->to = x->k - x->from < depth ? x->k : x->from + depth;
        pack_a(x);
#pragma omp parallel for schedule(dynamic)
        for (size_t job = 0; job < blocks * groups; job++) {
            size_t first = job / groups * rows;
            run_job(x, first, least(x->m, first + rows), job % groups * x->group, (job + threads) % groups * x->group);
        }
    }
}

/* Panels a job: enough jobs that no thread waits long for the last one. */
static size_t group_of(size_t panels, size_t blocks)
{
    size_t group = panels * blocks / (8 * (size_t)omp_get_max_threads());
    return group < 1 ? 1 : least(group, 4);
}

void gemm_parallel(enum precision precision, bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda,
                   const float *b, size_t ldb, bool add, float *c, size_t ldc)
{
    struct product x = {.f = format_of(precision), .ta = ta, .tb = tb, .add = add, .m = m, .n = n, .k = k, .lda = lda,
                        .ldb = ldb, .ldc = ldc, .a = a, .b = b, .c = c, .row_block = ROW_BLOCK};
    const struct gemm_kernel *g = x.f.g;
    size_t a_bytes = least(round_up(m, g->rows) * round_up(k, g->unit) * g->bytes,
                           A_BYTES_MAX + round_up(m, g->rows) * (K_BLOCK + g->unit) * g->bytes);
    size_t b_bytes = round_up(n, g->columns) * round_up(k, g->unit) * g->bytes;
    x.group = group_of(n_panels(&x), (m + ROW_BLOCK - 1) / ROW_BLOCK);
    /* Many rows, a short sum (gradients of weights): C is by far the largest and is passed once, a few rows at a time. */
    bool by_rows = k < m && m >= 32 * g->rows;
    x.packed_a = room(&operand_buffer, round_up(a_bytes, CACHE_LINE) + (by_rows ? b_bytes : 0));
    if (by_rows) {
        char *panels = x.packed_a + round_up(a_bytes, CACHE_LINE);
        pack_b(x.f, tb, n, k, b, ldb, panels);
        x.panels = panels;
        x.row_block = 4 * g->rows;
        x.group = n_panels(&x);
        x.streams = m * n * sizeof *c >= STREAMED && (uintptr_t)c % CACHE_LINE == 0 && ldc * sizeof *c % CACHE_LINE == 0;
    }
    run(&x);
}

void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, bool add,
          float *c, size_t ldc)
{
    const struct gemm_kernel *g = backend()->fp32;
    char *panel = room(&panel_buffer, K_BLOCK * GEMM_COLUMNS_MAX * sizeof(float));
    if (k == 0 && !add)
        clear(m, n, c, ldc);
    for (size_t p = 0; p < k; p += K_BLOCK)
        for (size_t j = 0; j < n; j += g->columns) {
            size_t depth = least(k - p, K_BLOCK), width = least(n - j, g->columns);
            (tb ? g->transpose : g->copy)(width, g->columns, depth, tb ? b + j * ldb + p : b + p * ldb + j, ldb, panel);
            for (size_t i = 0; i < m; i += g->rows)
                g->tile(least(m - i, g->rows), width, depth, ta ? a + p * lda + i : a + i * lda + p, ta ? 1 : lda,
                        ta ? lda : 1, panel, add || p > 0 ? GEMM_ADD : GEMM_SET, c + i * ldc + j, ldc);
        }
}

/* ---- weights packed once ---- */

struct packed { struct format f; size_t n, k; float *panels; };

struct packed *gemm_pack(enum precision precision, size_t n, size_t k, const float *w, size_t ldw)
{
    struct packed *packed = xmalloc(1, sizeof *packed);
    *packed = (struct packed){.f = format_of(precision), .n = n, .k = k};
    const struct gemm_kernel *g = packed->f.g;
    packed->panels = floats_new(round_up(n, g->columns) * round_up(k, g->unit) * g->bytes / sizeof(float), false);
    pack_b(packed->f, true, n, k, w, ldw, (char *)packed->panels);
    return packed;
}

void gemm_unpack(struct packed *packed)
{
    if (packed)
        free(packed->panels);
    free(packed);
}

void gemm_packed(size_t m, const float *x, size_t ldx, const struct packed *w, float *y, size_t ldy)
{
    struct product p = {.f = w->f, .m = m, .n = w->n, .k = w->k, .lda = ldx, .ldc = ldy, .a = x, .c = y,
                        .panels = (const char *)w->panels, .row_block = ROW_BLOCK};
    const struct gemm_kernel *g = w->f.g;
    p.group = group_of(n_panels(&p), (m + ROW_BLOCK - 1) / ROW_BLOCK);
    p.packed_a = room(&operand_buffer, least(round_up(m, g->rows) * round_up(w->k, g->unit) * g->bytes,
                                             A_BYTES_MAX + round_up(m, g->rows) * (K_BLOCK + g->unit) * g->bytes));
    run(&p);
}
