/* gemm_product: tiles of one product, on all threads. */
#include "gemm/gemm_product.h"
#include "gemm/gemm_split.h"

#include <omp.h>
#include <stdatomic.h>
#include <string.h>

#include "base/memory.h"

/* ROW_BLOCK rows of A with one block of k stay in the second-level cache while panels pass by. Panels that were packed on the fly
 * stay there, too, for up to MAX_BLOCKS such blocks. */
enum { ROW_BLOCK = 240, MAX_BLOCKS = 4 };

static _Thread_local struct memory_scratch panel_scratch, panels_scratch, rows_scratch;

/* Steps of k at a time. Rows of B that are a multiple of 4096 bytes apart share few sets of the second-level cache, too. HELD of
 * them stay there from when they are fetched until they are packed; a kernel with longer panels would read them twice. */
static size_t depth_for(struct gemm_format f, struct gemm_matrix b)
{
    enum { HELD = 256 };
    const size_t depth = gemm_format_depth(f) / f.terms * f.kernel->unit;
    const bool shares = !b.transposed && b.ld > 0 && b.ld * sizeof *b.data % GEMM_CACHE_WAY == 0;
    return shares && f.kernel->in_rows ? gemm_min(depth, HELD) : depth;
}

struct gemm_product gemm_product(struct gemm_format f, struct gemm_matrix a, struct gemm_matrix b, struct gemm_result c)
{
    return (struct gemm_product){
        .f = f, .a = a, .b = b, .c = c, .m = a.rows, .n = b.columns, .k = a.columns, .depth = depth_for(f, b)};
}

/* ---- panels of B ---- */

bool gemm_product_reads_b(const struct gemm_product *x)
{
    return !x->b.transposed && !x->panels && gemm_format_strides(x->f, x->b.ld);
}

/* Steps [k, k + depth) of a panel: what a tile reads at a time. */
struct panel_block {
    size_t panel, k;
};

static size_t depth_of(const struct gemm_product *x, struct panel_block block)
{
    return gemm_min(x->k - block.k, x->depth);
}

static size_t width_of(const struct gemm_product *x, struct panel_block block)
{
    return gemm_min(x->n - block.panel * x->f.kernel->columns, x->f.kernel->columns);
}

/* The offset of its first element in B. */
static size_t source_of(const struct gemm_product *x, struct panel_block block)
{
    size_t column = block.panel * x->f.kernel->columns;
    return x->b.transposed ? column * x->b.ld + block.k : block.k * x->b.ld + column;
}

/* Of k steps of a panel, a multiple of the kernel's unit. */
static size_t panel_bytes(const struct gemm_product *x, size_t k)
{
    return gemm_format_steps(x->f, k) * x->f.kernel->columns * x->f.kernel->bytes;
}

static const char *stored_panel(const struct gemm_product *x, const struct gemm_operands *own, struct panel_block block)
{
    return own->panels + block.panel * gemm_panel_bytes(x->f, x->k) + panel_bytes(x, block.k);
}

/* The source of a block, and what its update reads (`beside`), to be fetched evenly over `steps` steps of the tiles before it. */
static struct gemm_ahead look_ahead(const struct gemm_product *x, const struct gemm_operands *own, struct panel_block block,
                                    size_t steps, struct gemm_ahead beside[GEMM_BESIDE])
{
    struct gemm_ahead ahead = {.rows = 0};
    if (block.panel >= gemm_n_panels(x->f, x->n))
        return ahead;
    size_t depth = depth_of(x, block), width = width_of(x, block);
    if (own->panels)
        ahead = (struct gemm_ahead){.row = stored_panel(x, own, block), .rows = 1, .bytes = panel_bytes(x, depth)};
    else
        ahead = (struct gemm_ahead){.row = (const char *)(x->b.data + source_of(x, block)),
                                    .rows = x->b.transposed ? width : depth,
                                    .bytes = (x->b.transposed ? depth : width) * sizeof *x->b.data,
                                    .stride = x->b.ld * sizeof *x->b.data};
    size_t lines = (x->update ? 1 + GEMM_BESIDE : 1) * ahead.rows * round_up(ahead.bytes, GEMM_LINE) / GEMM_LINE;
    ahead.lines_at_once = gemm_lines_at_once(lines * GEMM_FETCH_STEPS, steps);
    for (size_t i = 0; x->update && i < GEMM_BESIDE && x->update->beside[i]; i++) {
        beside[i] = ahead;
        beside[i].row = (const char *)(x->update->beside[i] + source_of(x, block));
        *(i ? &beside[i - 1].then : &ahead.then) = &beside[i];
    }
    return ahead;
}

/* The block in place or packed, `*step` elements from one step of k to the next. `packed`: room
 * for it; `is_packed`: it is there already. */
static const void *read_block(const struct gemm_product *x, const struct gemm_operands *own, struct panel_block block,
                              char *packed, bool is_packed, size_t *step)
{
    const size_t columns = x->f.kernel->columns, depth = depth_of(x, block), width = width_of(x, block);
    *step = columns;
    if (own->panels)
        return stored_panel(x, own, block);
    if (gemm_product_reads_b(x) && width == columns) {
        *step = x->b.ld;
        return x->b.data + source_of(x, block);
    }
    if (is_packed)
        return packed;
    if (x->update)
        x->update->run(x->update->data, source_of(x, block), width, x->b.ld, depth);
    gemm_make_panel(x->f, GEMM_B, x->b.transposed, width, columns, depth, x->b.data + source_of(x, block), x->b.ld, packed);
    return packed;
}

static const char *pack_panels(const struct gemm_product *x)
{
    char *panels = memory_scratch_room(&panels_scratch, gemm_n_panels(x->f, x->n) * gemm_panel_bytes(x->f, x->k));
    for (size_t panel = 0; panel < gemm_n_panels(x->f, x->n); panel++)
        gemm_pack_panel(x->f, x->b, panel, panels);
    return panels;
}

/* ---- rows of A ---- */

/* Rows [first, end) in place; or packed: columns of a stored transpose as panels, else each row. */
static void take_rows(const struct gemm_product *x, struct gemm_operands *own, size_t first, size_t end)
{
    const struct gemm_kernel *g = x->f.kernel;
    const bool transposed = x->a.transposed;
    own->first = first;
    own->end = end;
    if (transposed ? gemm_format_strides(x->f, x->a.ld) : gemm_format_reads_in_place(x->f, x->a.ld)) {
        own->row_size = own->row_step = transposed ? 1 : x->a.ld;
        own->k_step = transposed ? x->a.ld : 1;
        own->a = (const uint32_t *)(const void *)(x->a.data + first * own->row_step);
        return;
    }
    const bool panels = transposed && !g->in_rows;
    size_t bytes = gemm_format_row_bytes(x->f, x->k),
           row_size = panels ? gemm_format_elements(x->f, x->k) : bytes / sizeof *own->a;
    uint32_t *to = memory_scratch_room(&rows_scratch, round_up(end - first, g->rows) * row_size * sizeof *to);
    own->a = to;
    own->row_size = row_size;
    own->row_step = panels ? 1 : row_size;
    own->k_step = panels ? g->rows : 1;
    if (transposed && !panels)
        gemm_make_rows(x->f, end - first, x->k, x->a.data + first, x->a.ld, (char *)to, bytes);
    for (size_t i = first; panels && i < end; i += g->rows)
        gemm_make_panel(x->f, GEMM_A, false, gemm_min(end - i, g->rows), g->rows, x->k, x->a.data + i, x->a.ld,
                        to + (i - first) * row_size);
    for (size_t i = first; !transposed && i < end; i++)
        gemm_make_row(x->f, x->k, x->a.data + i * x->a.ld, to + (i - first) * row_size);
}

/* ---- tiles ---- */

struct tile_range {
    size_t first, end;
};

/* Some tiles of rows by one block of a panel. Meanwhile they prefetch the source of the next block. */
static void run_tiles(const struct gemm_product *x, const struct gemm_operands *own, struct tile_range tiles,
                      struct panel_block here, const void *b, size_t b_step, struct panel_block next)
{
    const struct gemm_kernel *g = x->f.kernel;
    size_t depth = depth_of(x, here), width = width_of(x, here), column = here.panel * g->columns;
    enum gemm_store store = x->c.add || here.k > 0 ? GEMM_ADD : x->streams && depth == x->k ? GEMM_STREAM : GEMM_SET;
    size_t steps = (tiles.end - tiles.first) * gemm_format_elements(x->f, depth);
    struct gemm_ahead beside[GEMM_BESIDE], ahead = look_ahead(x, own, next, steps, beside);
    for (size_t t = tiles.first; t < tiles.end; t++) {
        size_t i = own->first + t * g->rows;
        struct gemm_out out = {store, x->c.data + i * x->c.ld + column, x->c.ld, NULL, gemm_product_squares_ld(x)};
        if (x->squares && here.k + depth == x->k)
            out.squares = x->squares + i / GEMM_SQUARES_ROWS * out.ld_squares + column / GEMM_SQUARES_COLUMNS;
        (x->f.terms == GEMM_SPLIT_PARTS ? g->split_tile : g->tile)(
            gemm_min(own->end - i, g->rows), width, gemm_format_steps(x->f, depth),
            own->a + (i - own->first) * own->row_size + here.k / g->unit * x->f.terms * own->k_step, own->row_step, own->k_step,
            b, b_step, &out, &ahead);
    }
}

/* Only the first block of rows packs. */
void gemm_product_tiles(const struct gemm_product *x, const struct gemm_operands *own, size_t panel, size_t panels, size_t after)
{
    size_t last = panel + panels, rows = own->end - own->first;
    size_t tiles = (rows + x->f.kernel->rows - 1) / x->f.kernel->rows, blocks = (rows + ROW_BLOCK - 1) / ROW_BLOCK;
    size_t room = own->panels ? 0 : gemm_panel_bytes(x->f, gemm_min(x->k, x->depth));
    char *packed = room ? memory_scratch_room(&panel_scratch, panels * room) : NULL;
    for (size_t k = 0; k < x->k; k += x->depth)
        for (size_t block = 0; block < blocks; block++)
            for (size_t q = panel; q < last; q++) {
                struct panel_block here = {q, k}, next = {SIZE_MAX, 0};
                struct tile_range part = {block * tiles / blocks, (block + 1) * tiles / blocks};
                size_t step;
                const void *b = read_block(x, own, here, room ? packed + (q - panel) * room : NULL, block > 0, &step);
                if (block == 0 && q + 1 < last)
                    next = (struct panel_block){q + 1, k};
                else if (block + 1 == blocks && q + 1 == last)
                    next = k + x->depth < x->k ? (struct panel_block){panel, k + x->depth} : (struct panel_block){after, 0};
                run_tiles(x, own, part, here, b, step, next);
            }
    if (x->streams)
        atomic_thread_fence(memory_order_seq_cst); /* other threads see what went past the caches */
    if (x->f.kernel->job_done)
        x->f.kernel->job_done();
}

/* ---- jobs ---- */

void gemm_clear(size_t m, size_t n, struct gemm_result c)
{
    for (size_t i = 0; i < m; i++)
        memset(c.data + i * c.ld, 0, n * sizeof *c.data);
}

/* What a thread does at a time: some tiles of rows by some panels. */
struct job {
    size_t tile, tiles, panel, panels;
};

static size_t n_tiles(const struct gemm_product *x)
{
    return (x->m + x->f.kernel->rows - 1) / x->f.kernel->rows;
}

/* The next part of what is `left`: large ones first, and small ones at the end, so that all threads end together, even if one is
 * slower, as that of a processor is which others use, too. */
static size_t part(size_t left, size_t least, size_t most)
{
    size_t fair = left / (2 * (size_t)omp_get_num_threads());
    return gemm_min(left, fair < least ? least : gemm_min(fair, most));
}

/* All jobs of a product: `next` of `all` is the first tile that nobody has, or the first panel, counted over all blocks. */
struct jobs {
    const struct gemm_product *x;
    size_t all;
    atomic_size_t next;
};

static struct jobs jobs_of(const struct gemm_product *x)
{
    return (struct jobs){x, x->by_rows ? n_tiles(x) : x->blocks * gemm_n_panels(x->f, x->n), 0};
}

/* A job that nobody has; none: 0 tiles. */
static struct job claim(struct jobs *jobs)
{
    enum { LEAST = 2 };
    const struct gemm_product *x = jobs->x;
    size_t panels = gemm_n_panels(x->f, x->n), tiles = n_tiles(x), first = atomic_load(&jobs->next), n;
    do {
        if (first >= jobs->all)
            return (struct job){0};
        n = x->by_rows ? part(jobs->all - first, LEAST, x->most)
                       : gemm_min(panels - first % panels, part(jobs->all - first, 1, GEMM_MAX_GROUP));
    } while (!atomic_compare_exchange_weak(&jobs->next, &first, first + n));
    if (x->by_rows)
        return (struct job){first, n, 0, panels};
    size_t block = first / panels, tile = block * tiles / x->blocks;
    return (struct job){tile, (block + 1) * tiles / x->blocks - tile, first % panels, n};
}

/* While there are many jobs, a thread claims one before it begins the one before, and so knows what to fetch at its end. The last
 * ones go to those who are free; then `guess` is the panel of the job that is this thread's if each of the others takes one. */
static struct job claim_ahead(struct jobs *jobs, size_t *guess)
{
    const size_t threads = (size_t)omp_get_num_threads(), next = atomic_load(&jobs->next);
    struct job job = {0};
    if (next + 2 * threads < jobs->all)
        job = claim(jobs);
    *guess = job.tiles > 0                    ? job.panel
             : jobs->x->by_rows               ? 0
             : next + threads - 1 < jobs->all ? (next + threads - 1) % gemm_n_panels(jobs->x->f, jobs->x->n)
                                              : SIZE_MAX;
    return job;
}

void gemm_product_run(const struct gemm_product *x)
{
    if (x->k == 0 && !x->c.add)
        gemm_clear(x->m, x->n, x->c);
    if (x->k == 0 || x->m == 0 || x->n == 0)
        return;
    const size_t rows = x->f.kernel->rows;
    struct jobs jobs = jobs_of(x);
#pragma omp parallel
    {
        struct gemm_operands own = {.panels = x->packs_all ? pack_panels(x) : x->panels};
        struct job then;
        for (struct job job = claim(&jobs); job.tiles > 0; job = then.tiles > 0 ? then : claim(&jobs)) {
            size_t after;
            then = claim_ahead(&jobs, &after);
            if (!own.a || own.first != job.tile * rows)
                take_rows(x, &own, job.tile * rows, gemm_min(x->m, (job.tile + job.tiles) * rows));
            for (size_t q = 0; q < job.panels; q += GEMM_MAX_GROUP) {
                size_t n = gemm_min(job.panels - q, GEMM_MAX_GROUP);
                gemm_product_tiles(x, &own, job.panel + q, n, q + n < job.panels ? job.panel + q + n : after);
            }
        }
    }
}

void gemm_product_share_panels(struct gemm_product *x)
{
    size_t panels = gemm_n_panels(x->f, x->n), threads = (size_t)omp_get_max_threads();
    bool repeats = !x->panels && !gemm_product_reads_b(x) && panels >= 3 * threads;
    size_t max_rows = repeats ? MAX_BLOCKS * ROW_BLOCK : ROW_BLOCK;
    x->blocks = (x->m + max_rows - 1) / max_rows;
}

/* Where B is ready, a thread can come back to its panels at no cost; but if each thread has packed it, it comes from the
 * third-level cache each time, so that as many rows pass by as the second-level cache holds. */
void gemm_product_share_rows(struct gemm_product *x)
{
    enum { MIN_TILES = 4 };
    const size_t rows = x->f.kernel->rows;
    x->by_rows = true;
    x->most = MIN_TILES;
    while (x->packs_all && (x->most + 1) * rows <= ROW_BLOCK
           && (x->most + 1) * rows * gemm_format_elements(x->f, x->k) <= ROW_BLOCK * GEMM_K_BLOCK)
        x->most++;
}
