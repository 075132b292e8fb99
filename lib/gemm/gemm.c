/* gemm: the driver that cuts matrix products into tiles, as in Goto & van de Geijn, "Anatomy of high-performance matrix
 * multiplication" (2008): panels of B [k][columns] are packed so that a tile reads them in order, and while the tiles of one
 * panel are computed, the source of the next is on its way from memory. Only what needs it is packed: a kernel that strides
 * reads what lies the right way round where it is, and what another core has just written need not be copied first. */
#include <omp.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"
#include "gemm/gemm_pack.h"

/* A block of K_BLOCK steps of ROW_BLOCK rows stays in the second-level cache while panels pass by. Panels that were packed on the
 * fly stay there, too, for as many as BLOCKS_MOST of them. */
enum { ROW_BLOCK = 240, BLOCKS_MOST = 4, GROUP_MOST = 4, STREAMED = 1 << 19 };

static _Thread_local struct memory_scratch panel_scratch, panels_scratch, rows_scratch, squares_scratch;

static size_t k_block(struct gemm_format f)
{
    return GEMM_K_BLOCK * f.g->unit;
}

/* ---- one product on all threads ---- */

struct product {
    struct gemm_format f;
    bool ta, tb, add;
    size_t m, n, k, lda, ldb, ldc;
    const float *a, *b;
    float *c;
    const char *panels;             /* all of B, packed before */
    const struct gemm_update *update;       /* of B's source, before it is packed */
    bool packs_all;                 /* else: each thread packs all of B before it begins; or each panel where it is used */
    size_t blocks, group;           /* a job: one of so many parts of the rows by so many panels */
    size_t jobs_in_turn;            /* that a thread takes at a time */
    size_t depth;                   /* steps of k before C is written */
    float *squares;                 /* NULL, or of C: [tiles of rows][panels], of each tile the sum */
    bool streams;                   /* C is not read again before the caches have forgotten it */
};

/* What a thread reads of A and B, packed for itself where it must be. Packing it once for all would cost more: what another core
 * has just written comes slowly from there, each time anew if the two have no cache in common, while an operand is packed in a
 * hundredth of the time that two threads take for the product. (In a tenth of what 16 threads take: there parts of it should be
 * shared.) */
struct own {
    size_t first, end;              /* rows of A: */
    const uint32_t *a;              /* numbers of fp32, or pairs */
    size_t row_room;                /* between the first elements of row i and of row i + 1, where both begin a tile */
    size_t row_step, k_step;        /* within a tile, see gemm_tile */
    const char *panels;             /* all of B, or NULL */
};

static const char *stored_panel(const struct product *x, const struct own *own, size_t panel, size_t p)
{
    return own->panels + panel * gemm_panel_bytes(x->f, x->k) + p * x->f.g->columns * x->f.g->bytes;
}

/* Whether tiles read B where it lies, but for a panel that the edge cuts. */
static bool b_lies_well(const struct product *x)
{
    return gemm_format_strides(x->f) && !x->tb && !x->panels;
}

struct place { size_t panel, p; };

/* The source of a panel's block, fetched evenly over so many steps of the tiles before it, and what its update reads there. */
static struct gemm_ahead look_ahead(const struct product *x, const struct own *own, struct place at, size_t steps,
                                    struct gemm_ahead beside[GEMM_BESIDE])
{
    struct gemm_ahead ahead = {.rows = 0};
    if (at.panel >= gemm_n_panels(x->f, x->n))
        return ahead;
    size_t depth = gemm_min(x->k - at.p, x->depth), j = at.panel * x->f.g->columns, width = gemm_min(x->n - j, x->f.g->columns);
    if (own->panels)
        ahead = (struct gemm_ahead){.row = stored_panel(x, own, at.panel, at.p), .rows = 1,
                                    .bytes = depth * x->f.g->columns * x->f.g->bytes};
    else if (x->tb)
        ahead = (struct gemm_ahead){.row = (const char *)(x->b + j * x->ldb + at.p), .rows = width,
                                    .bytes = depth * sizeof *x->b, .stride = x->ldb * sizeof *x->b};
    else
        ahead = (struct gemm_ahead){.row = (const char *)(x->b + at.p * x->ldb + j), .rows = depth,
                                    .bytes = width * sizeof *x->b, .stride = x->ldb * sizeof *x->b};
    size_t lines = (x->update ? 1 + GEMM_BESIDE : 1) * ahead.rows * round_up(ahead.bytes, GEMM_LINE) / GEMM_LINE;
    ahead.at_once = (lines * GEMM_FETCH_STEPS + steps - 1) / steps;
    for (size_t i = 0; x->update && i < GEMM_BESIDE && x->update->beside[i]; i++) {
        beside[i] = ahead;
        beside[i].row = (const char *)(x->update->beside[i] + j * x->ldb + at.p);
        *(i ? &beside[i - 1].then : &ahead.then) = &beside[i];
    }
    return ahead;
}

/* The block of the panel at a place, where it lies or packed; `packed`: room for it, and whether it is there already. */
static const void *panel_at(const struct product *x, const struct own *own, struct place at, char *packed, bool there,
                            size_t *step)
{
    const struct gemm_kernel *g = x->f.g;
    size_t depth = gemm_min(x->k - at.p, x->depth), j = at.panel * g->columns, width = gemm_min(x->n - j, g->columns);
    const float *source = x->tb ? x->b + j * x->ldb + at.p : x->b + at.p * x->ldb + j;
    *step = g->columns;
    if (own->panels)
        return stored_panel(x, own, at.panel, at.p);
    if (b_lies_well(x) && width == g->columns) {
        *step = x->ldb;
        return source;
    }
    if (there)
        return packed;
    if (x->update)
        x->update->run(x->update->data, j * x->ldb + at.p, width, x->ldb, depth);
    gemm_make_panel(x->f, x->tb, width, g->columns, depth, source, x->ldb, packed);
    return packed;
}

struct range { size_t first, end; };

/* Some tiles of rows against one block of one panel; meanwhile the next panel's source comes nearer. */
static void run_panel(const struct product *x, const struct own *own, struct range tiles, struct place here, const void *b,
                      size_t b_step, struct place next)
{
    const struct gemm_kernel *g = x->f.g;
    size_t depth = gemm_min(x->k - here.p, x->depth), j = here.panel * g->columns, width = gemm_min(x->n - j, g->columns);
    enum gemm_store store = x->add || here.p > 0 ? GEMM_ADD : x->streams && depth == x->k ? GEMM_STREAM : GEMM_SET;
    size_t steps = (tiles.end - tiles.first) * ((depth + g->unit - 1) / g->unit);
    struct gemm_ahead beside[GEMM_BESIDE], ahead = look_ahead(x, own, next, steps, beside);
    for (size_t t = tiles.first; t < tiles.end; t++) {
        size_t i = own->first + t * g->rows;
        struct gemm_out out = {store, x->c + i * x->ldc + j, x->ldc, NULL};
        if (x->squares && here.p + depth == x->k)
            out.squares = x->squares + i / g->rows * gemm_n_panels(x->f, x->n) + here.panel;
        g->tile(gemm_min(own->end - i, g->rows), width, depth,
                own->a + (i - own->first) * own->row_room + here.p / g->unit * own->k_step, own->row_step, own->k_step, b, b_step,
                &out, &ahead);
    }
}

/* `after`: the panel that this thread is likely to begin its next job with. Only the first block of rows packs. */
static void run_job(const struct product *x, const struct own *own, size_t panel, size_t after)
{
    size_t last = gemm_min(panel + x->group, gemm_n_panels(x->f, x->n)), rows = own->end - own->first;
    size_t tiles = (rows + x->f.g->rows - 1) / x->f.g->rows, blocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
    size_t room = own->panels ? 0 : gemm_panel_bytes(x->f, gemm_min(x->k, x->depth));
    char *packed = room ? memory_scratch_room(&panel_scratch, x->group * room) : NULL;
    for (size_t p = 0; p < x->k; p += x->depth)
        for (size_t block = 0; block < blocks; block++)
            for (size_t q = panel; q < last; q++) {
                struct place here = {q, p}, next = {SIZE_MAX, 0};
                struct range part = {block * tiles / blocks, (block + 1) * tiles / blocks};
                size_t step;
                const void *b = panel_at(x, own, here, room ? packed + (q - panel) * room : NULL, block > 0, &step);
                if (block == 0 && q + 1 < last)
                    next = (struct place){q + 1, p};
                else if (block + 1 == blocks && q + 1 == last)
                    next = p + x->depth < x->k ? (struct place){panel, p + x->depth} : (struct place){after, 0};
                run_panel(x, own, part, here, b, step, next);
            }
    if (x->streams)
        atomic_thread_fence(memory_order_seq_cst);          /* what went past the caches is there for the other threads */
}

/* A's rows [first, end): where they lie; or packed, columns of a stored transpose as panels. */
static void take_rows(const struct product *x, struct own *own, size_t first, size_t end)
{
    const struct gemm_kernel *g = x->f.g;
    own->first = first;
    own->end = end;
    if (x->ta ? gemm_format_strides(x->f) : gemm_format_reads_in_place(x->f, x->lda)) {
        own->row_room = own->row_step = x->ta ? 1 : x->lda;
        own->k_step = x->ta ? x->lda : 1;
        own->a = (const uint32_t *)(const void *)(x->a + first * own->row_step);
        return;
    }
    size_t row_room = x->ta ? (x->k + g->unit - 1) / g->unit : gemm_format_row_bytes(x->f, x->k) / sizeof *own->a;
    uint32_t *to = memory_scratch_room(&rows_scratch, round_up(end - first, g->rows) * row_room * sizeof *to);
    own->a = to;
    own->row_room = row_room;
    own->row_step = x->ta ? 1 : row_room;
    own->k_step = x->ta ? g->rows : 1;
    for (size_t i = first; x->ta && i < end; i += g->rows)
        gemm_make_panel(x->f, false, gemm_min(end - i, g->rows), g->rows, x->k, x->a + i, x->lda, to + (i - first) * row_room);
    for (size_t i = first; !x->ta && i < end; i++)
        gemm_make_row(x->f, x->k, x->a + i * x->lda, to + (i - first) * row_room);
}

static const char *pack_panels(const struct product *x)
{
    char *panels = memory_scratch_room(&panels_scratch, gemm_n_panels(x->f, x->n) * gemm_panel_bytes(x->f, x->k));
    for (size_t panel = 0; panel < gemm_n_panels(x->f, x->n); panel++)
        gemm_pack_panel(x->f, x->tb, x->n, x->k, x->b, x->ldb, panel, panels);
    return panels;
}

static void clear(size_t m, size_t n, float *c, size_t ldc)
{
    for (size_t i = 0; i < m; i++)
        memset(c + i * ldc, 0, n * sizeof *c);
}

static void run(const struct product *x)
{
    if (x->k == 0 && !x->add)
        clear(x->m, x->n, x->c, x->ldc);
    if (x->k == 0 || x->m == 0 || x->n == 0)
        return;
    size_t groups = (gemm_n_panels(x->f, x->n) + x->group - 1) / x->group, threads = (size_t)omp_get_max_threads();
    size_t rows = x->f.g->rows, tiles = (x->m + rows - 1) / rows;
#pragma omp parallel
    {
        struct own own = {.panels = x->packs_all ? pack_panels(x) : x->panels};
#pragma omp for schedule(dynamic, x->jobs_in_turn) nowait
        for (size_t job = 0; job < x->blocks * groups; job++) {
            size_t block = job / groups, first = block * tiles / x->blocks * rows;
            if (!own.a || own.first != first)
                take_rows(x, &own, first, gemm_min(x->m, (block + 1) * tiles / x->blocks * rows));
            run_job(x, &own, job % groups * x->group, (job + (x->jobs_in_turn > 1 ? 1 : threads)) % groups * x->group);
        }
    }
}

/* As many jobs for each thread, three at least where there are panels enough. */
static void share_panels(struct product *x)
{
    size_t panels = gemm_n_panels(x->f, x->n), threads = (size_t)omp_get_max_threads(), best = SIZE_MAX;
    bool repeats = !x->panels && !b_lies_well(x) && panels >= 3 * threads;
    size_t most = repeats ? BLOCKS_MOST * ROW_BLOCK : ROW_BLOCK;
    x->blocks = (x->m + most - 1) / most;
    x->jobs_in_turn = 1;
    x->group = 1;
    for (size_t group = 1; group <= GROUP_MOST && group * 3 * threads <= panels * x->blocks; group++) {
        size_t jobs = x->blocks * ((panels + group - 1) / group), longest = (jobs + threads - 1) / threads * group;
        if (longest <= best) {
            best = longest;
            x->group = group;
        }
    }
}

/* The rows' parts instead, so that A is packed once: where B is ready, a panel costs nothing to come back to. */
static void share_rows(struct product *x)
{
    enum { TILES_MOST = 4 };
    size_t tiles = (x->m + x->f.g->rows - 1) / x->f.g->rows, threads = (size_t)omp_get_max_threads();
    x->blocks = gemm_min(round_up((tiles + TILES_MOST - 1) / TILES_MOST, threads), tiles);
    x->group = GROUP_MOST;
    x->jobs_in_turn = (gemm_n_panels(x->f, x->n) + x->group - 1) / x->group;
}

void gemm_parallel(enum precision precision, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b,
                   size_t ldb, bool add, float *c, size_t ldc)
{
    struct product x = {.f = gemm_format_of(precision), .tb = tb, .add = add, .m = m, .n = n, .k = k, .lda = lda,
                        .ldb = ldb, .ldc = ldc, .a = a, .b = b, .c = c, .depth = k_block(gemm_format_of(precision))};
    share_panels(&x);
    run(&x);
}

void gemm_updated(enum precision precision, size_t m, size_t n, size_t k, const float *x, size_t ldx, const float *w,
                  const struct gemm_update *update, float *y, size_t ldy)
{
    struct product p = {.f = gemm_format_of(precision), .tb = true, .m = m, .n = n, .k = k, .lda = ldx, .ldb = k, .ldc = ldy, .a = x,
                        .b = w, .c = y, .depth = k_block(gemm_format_of(precision)), .update = update};
    share_panels(&p);
    if (p.blocks != 1) {                    /* a panel would be packed more than once, or never */
#pragma omp parallel for schedule(static)
        for (size_t i = 0; i < n; i++)
            update->run(update->data, i * k, 1, k, k);
        p.update = NULL;
    }
    run(&p);
}

double gemm_gradient(enum precision precision, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                     bool add, float *c, size_t ldc)
{
    struct product x = {.f = gemm_format_of(precision), .ta = true, .add = add, .m = m, .n = n, .k = k, .lda = lda, .ldb = ldb,
                        .ldc = ldc, .a = a, .b = b, .c = c};
    size_t tiles = (m + x.f.g->rows - 1) / x.f.g->rows * gemm_n_panels(x.f, n);
    double sum = 0;
    x.squares = memory_scratch_room(&squares_scratch, tiles * sizeof *x.squares);
    x.depth = k_block(x.f);
    /* Many rows: C is by far the largest and is passed once, a few rows at a time. Where B must be packed, a short sum, too. */
    if ((k < m || b_lies_well(&x)) && m >= 32 * x.f.g->rows) {
        x.packs_all = !b_lies_well(&x);
        share_rows(&x);
        x.streams = x.f.g != &gemm_portable && m * n * sizeof *c >= STREAMED && (uintptr_t)c % GEMM_LINE == 0
                    && ldc * sizeof *c % GEMM_LINE == 0;
        if (x.streams && k <= 3 * x.depth)
            x.depth = k;                    /* once past the caches is better than often through them */
    } else
        share_panels(&x);
    run(&x);
    for (size_t i = 0; i < tiles; i++)
        sum += (double)x.squares[i];
    return sum;
}

void gemm(bool ta, bool tb, size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb, bool add,
          float *c, size_t ldc)
{
    struct gemm_format f = gemm_format_of(PRECISION_FP32);
    const struct gemm_kernel *g = f.g;
    struct gemm_ahead nothing = {.rows = 0};
    float *panel = memory_scratch_room(&panel_scratch, gemm_panel_bytes(f, GEMM_K_BLOCK));
    if (k == 0 && !add)
        clear(m, n, c, ldc);
    for (size_t p = 0; p < k; p += GEMM_K_BLOCK)
        for (size_t j = 0; j < n; j += g->columns) {
            size_t depth = gemm_min(k - p, GEMM_K_BLOCK), width = gemm_min(n - j, g->columns);
            struct gemm_out out = {add || p > 0 ? GEMM_ADD : GEMM_SET, c + j, ldc, NULL};
            const float *source = tb ? b + j * ldb + p : b + p * ldb + j;
            bool packs = tb || !gemm_format_strides(f) || width < g->columns;
            if (packs)
                gemm_make_panel(f, tb, width, g->columns, depth, source, ldb, panel);
            for (size_t i = 0; i < m; i += g->rows, out.c += g->rows * ldc)
                g->tile(gemm_min(m - i, g->rows), width, depth, ta ? a + p * lda + i : a + i * lda + p, ta ? 1 : lda,
                        ta ? lda : 1, packs ? panel : source, packs ? g->columns : ldb, &out, &nothing);
        }
}

void gemm_packed_multiply(size_t m, const float *x, size_t ldx, const struct gemm_packed *w, float *y, size_t ldy)
{
    struct product p = {.f = w->f, .m = m, .n = w->n, .k = w->k, .lda = ldx, .ldc = ldy, .a = x, .c = y,
                        .panels = (const char *)w->panels, .depth = k_block(w->f)};
    share_panels(&p);
    run(&p);
}

void gemm_packed_multiply_rows(size_t m, const void *rows, size_t bytes, const struct gemm_packed *w, size_t first, size_t columns, float *y,
                      size_t ldy)
{
    struct product x = {.f = w->f, .m = m, .n = w->n - first, .k = w->k, .ldc = ldy, .c = y, .depth = k_block(w->f)};
    struct own own = {.end = m, .a = rows, .row_room = bytes / sizeof *own.a, .row_step = bytes / sizeof *own.a, .k_step = 1,
                      .panels = (const char *)w->panels + first / w->f.g->columns * gemm_panel_bytes(w->f, w->k)};
    size_t panels = gemm_n_panels(w->f, columns);
    for (size_t panel = 0; panel < panels; panel += x.group) {
        x.group = gemm_min(GROUP_MOST, panels - panel);
        run_job(&x, &own, panel, panel + x.group);
    }
}
