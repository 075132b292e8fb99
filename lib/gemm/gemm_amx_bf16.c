/* gemm_amx_bf16: the bfloat16 kernel for AMX. A tile of the product is 32 rows by 32 columns: four tiles of the processor. It
 * reads panels as gemm_avx512_bf16 does, and rows of A in steps of 32, both filled up with zeros.
 *
 * Bits: a sum is a chain over blocks of 32 steps of k. TDPBF16PS sums the even steps of a block from 0 in ascending order,
 * and the odd ones; then it adds both, and then that to C. Numbers below 2^-126 count as 0. So an element depends on its row
 * of A, its column of B and k alone.
 *
 * Rows: of 17 to 31 rows, the second 16 begin within the first 16. Where both compute a row, they compute the same bits. So
 * there is no shape for each number of rows, no copy, and nothing is read after the last row. Fewer than 16 have a shape of
 * their own. */
#include "gemm/gemm_amx.h"
#include "gemm/gemm_kernels.h"

#if defined(GEMM_AMX) || defined(GEMM_AMX_MODEL)
#include <stdint.h>
#include <string.h>

enum { ROWS = 2 * GEMM_AMX_ROWS, COLUMNS = 2 * GEMM_AMX_COLUMNS, PAIRS = GEMM_AMX_BYTES / 4 };
enum { SQUARED = 8 }; /* rows of C at a time */

/* The first tile of C in each row of two, and how many rows there are. */
struct sums {
    float *first, *second;
    size_t ld, n;
};

GEMM_AMX_INLINE void begin(const struct sums *c, bool add)
{
    if (add) {
        gemm_amx_load(0, c->first, c->ld * sizeof(float));
        gemm_amx_load(1, c->first + GEMM_AMX_COLUMNS, c->ld * sizeof(float));
    } else {
        gemm_amx_zero(0);
        gemm_amx_zero(1);
    }
    if (add && c->n > 1) {
        gemm_amx_load(2, c->second, c->ld * sizeof(float));
        gemm_amx_load(3, c->second + GEMM_AMX_COLUMNS, c->ld * sizeof(float));
    } else {
        gemm_amx_zero(2);
        gemm_amx_zero(3);
    }
}

GEMM_AMX_INLINE void end(const struct sums *c)
{
    gemm_amx_store(0, c->first, c->ld * sizeof(float));
    gemm_amx_store(1, c->first + GEMM_AMX_COLUMNS, c->ld * sizeof(float));
    if (c->n > 1) {
        gemm_amx_store(2, c->second, c->ld * sizeof(float));
        gemm_amx_store(3, c->second + GEMM_AMX_COLUMNS, c->ld * sizeof(float));
    }
}

/* Sums that do not go to C as they are: at the right edge, past the caches, or with their squares. */
GEMM_AMX_TARGET static void copy_out(size_t rows, size_t columns, float sum[ROWS][COLUMNS], const struct gemm_out *out)
{
    for (size_t i = 0; i < rows; i++) {
        float *c = out->c + i * out->ldc;
        if (out->store == GEMM_STREAM && columns == COLUMNS) {
            gemm_amx_stream(c, sum[i]);
            gemm_amx_stream(c + GEMM_AMX_COLUMNS, sum[i] + GEMM_AMX_COLUMNS);
        } else {
            memcpy(c, sum[i], columns * sizeof *c);
        }
    }
    for (size_t i = 0; out->squares && i < rows; i += SQUARED)
        for (size_t j = 0; j < columns; j += GEMM_SQUARES_COLUMNS)
            gemm_amx_squares(rows - i < SQUARED ? rows - i : SQUARED, sum[i] + j, COLUMNS,
                             out->squares + i / GEMM_SQUARES_ROWS * out->ld_squares + j / GEMM_SQUARES_COLUMNS, out->ld_squares);
}

/* A step of A and of B, and C += A B. `n` is a constant where they are inlined. All loads of a step come first, so that the
 * multiplications follow one another without a gap. */
GEMM_AMX_INLINE void load_a(const size_t n, const uint32_t *a, size_t second, size_t stride)
{
    gemm_amx_load(4, a, stride);
    if (n > 1)
        gemm_amx_load(5, a + second, stride);
}

GEMM_AMX_INLINE void load_b(const uint32_t *b, size_t b_step)
{
    gemm_amx_load(6, b, 4 * b_step);
    gemm_amx_load(7, b + GEMM_AMX_COLUMNS, 4 * b_step);
}

GEMM_AMX_INLINE void add(const size_t n)
{
    gemm_amx_add_bf16(0);
    gemm_amx_add_bf16(1);
    if (n > 1) {
        gemm_amx_add_bf16(2);
        gemm_amx_add_bf16(3);
    }
}

/* `ahead` in registers: a load of a tile counts as a change of everything that has an address. */
GEMM_AMX_INLINE void steps(const size_t n, size_t k, const uint32_t *a, size_t second, size_t stride, const uint32_t *b,
                           size_t b_step, struct gemm_ahead *all)
{
    struct gemm_ahead ahead = *all;
    for (size_t p = 0; p < k; p += 2 * PAIRS, a += PAIRS, b += PAIRS * b_step) {
        load_b(b, b_step);
        load_a(n, a, second, stride);
        add(n);
        gemm_fetch_steps(&ahead, PAIRS);
    }
    *all = ahead;
}

/* The same of parts: high high + middle high + high middle. */
GEMM_AMX_INLINE void split_steps(const size_t n, size_t k, const uint32_t *a, size_t second, size_t stride, const uint32_t *b,
                                 size_t b_step, struct gemm_ahead *all)
{
    struct gemm_ahead ahead = *all;
    for (size_t p = 0; p < k; p += 4 * PAIRS, a += 2 * PAIRS, b += 2 * PAIRS * b_step) {
        load_b(b, b_step);
        load_a(n, a, second, stride);
        add(n);
        load_a(n, a + PAIRS, second, stride);
        add(n);
        load_b(b + PAIRS * b_step, b_step);
        load_a(n, a, second, stride);
        add(n);
        gemm_fetch_steps(&ahead, 2 * PAIRS);
    }
    *all = ahead;
}

/* `split` is a constant where this is inlined. */
GEMM_AMX_INLINE void any_tile(const bool split, size_t rows, size_t columns, size_t k, const void *a_rows, size_t row_step,
                              const void *b_panel, size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    const size_t n = rows > GEMM_AMX_ROWS ? 2 : 1, second = n > 1 ? rows - GEMM_AMX_ROWS : 0, stride = 4 * row_step;
    const bool in_place = columns == COLUMNS && out->store != GEMM_STREAM && !out->squares, add = out->store == GEMM_ADD;
    const uint32_t *a = a_rows, *b = b_panel;
    float buffer[ROWS][COLUMNS];
    const size_t ld = in_place ? out->ldc : COLUMNS;
    const struct sums c = {in_place ? out->c : buffer[0], (in_place ? out->c : buffer[0]) + second * ld, ld, n};
    for (size_t i = 0; add && !in_place && i < rows; i++) {
        memcpy(buffer[i], out->c + i * out->ldc, columns * sizeof(float));
        memset(buffer[i] + columns, 0, (COLUMNS - columns) * sizeof(float));
    }
    for (size_t i = 0; in_place && i < rows; i++) {
        __builtin_prefetch(c.first + i * ld, 1);
        __builtin_prefetch(c.first + i * ld + GEMM_AMX_COLUMNS, 1);
    }
    gemm_amx_configure(n > 1 ? GEMM_AMX_ROWS : rows);
    begin(&c, add);
    if (split && n > 1)
        split_steps(2, k, a, second * row_step, stride, b, b_step, ahead);
    else if (split)
        split_steps(1, k, a, 0, stride, b, b_step, ahead);
    else if (n > 1)
        steps(2, k, a, second * row_step, stride, b, b_step, ahead);
    else
        steps(1, k, a, 0, stride, b, b_step, ahead);
    end(&c);
    if (!in_place)
        copy_out(rows, columns, buffer, out);
}

/* k_step is 1: see `in_rows`. */
GEMM_AMX_TARGET static void tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step,
                                 const void *b, size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    (void)k_step;
    any_tile(false, rows, columns, k, a, row_step, b, b_step, out, ahead);
}

GEMM_AMX_TARGET static void split_tile(size_t rows, size_t columns, size_t k, const void *a, size_t row_step, size_t k_step,
                                       const void *b, size_t b_step, const struct gemm_out *out, struct gemm_ahead *ahead)
{
    (void)k_step;
    any_tile(true, rows, columns, k, a, row_step, b, b_step, out, ahead);
}

const struct gemm_kernel gemm_amx_bf16 = {
    .name = "amxbf16",
    .rows = ROWS,
    .columns = COLUMNS,
    .bytes = sizeof(uint16_t),
    .unit = 2,
    .fill = 2 * PAIRS,
    .in_rows = true,
    .strides = false,
    .streams = true,
    .runs_here = gemm_amx_runs_here,
    .tile = tile,
    .split_tile = split_tile,
    .job_done = gemm_amx_release,
    .transpose = gemm_avx512_bf16_transpose,
    .copy = gemm_avx512_bf16_copy,
    .row = gemm_avx512_bf16_row,
};
#endif
