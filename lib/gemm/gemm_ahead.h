/* gemm_ahead: what comes next is brought near while a tile is computed. */
#ifndef TAGPIPE_GEMM_GEMM_AHEAD_H
#define TAGPIPE_GEMM_GEMM_AHEAD_H

#include <stddef.h>

/* What a tile prefetches into the second-level cache while it computes: `rows` rows of `bytes`, each `stride` bytes after the one
 * before, and then those of `then`. It fetches some lines each GEMM_FETCH_STEPS steps: a burst of them would fill the buffers for
 * cache misses, and the tile's own loads would wait. */
enum { GEMM_FETCH_STEPS = 4, GEMM_LINE = 64 };
struct gemm_ahead {
    const char *row;
    size_t bytes, stride, rows, offset, lines_at_once;
    const struct gemm_ahead *then;
};

static inline void gemm_fetch(struct gemm_ahead *x)
{
    for (size_t i = 0; i < x->lines_at_once && x->rows > 0; i++) {
        __builtin_prefetch(x->row + x->offset, 0, 2);
        x->offset += GEMM_LINE;
        if (x->offset >= x->bytes) {
            x->offset = 0;
            x->row += x->stride;
            if (--x->rows == 0 && x->then)
                *x = *x->then;
        }
    }
}

/* What is due at so many steps. */
static inline void gemm_fetch_steps(struct gemm_ahead *x, const int steps)
{
    if (x->rows > 0)
        for (int i = 0; i < steps / GEMM_FETCH_STEPS; i++)
            gemm_fetch(x);
}

/* Those of all `lines` that are due at each of `fetches`. */
static inline size_t gemm_lines_at_once(size_t lines, size_t fetches)
{
    return fetches > 0 ? (lines + fetches - 1) / fetches : 0;
}

#endif
