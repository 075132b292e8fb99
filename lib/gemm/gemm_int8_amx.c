/* gemm_int8_amx: the int8 kernel for AMX. A tile of the product is 32 rows by 32 columns: four tiles of the processor, which
 * sum 64 products of bytes (16 quads) at a time. Rows as in gemm_amx_bf16. */
#include "gemm/gemm_amx.h"
#include "gemm/gemm_int8_kernels.h"

#if defined(GEMM_AMX) || defined(GEMM_AMX_MODEL)

enum { ROWS = 2 * GEMM_AMX_ROWS, COLUMNS = 2 * GEMM_AMX_COLUMNS, QUADS = GEMM_AMX_BYTES / 4 };

/* `columns` is a constant for a full tile, so that its loop becomes vectors. */
GEMM_AMX_INLINE void store(size_t rows, const size_t columns, int32_t sum[ROWS][COLUMNS], const struct gemm_int8_out *out)
{
    for (size_t i = 0; i < rows; i++)
        for (size_t j = 0; j < columns; j++) {
            float y = (float)(sum[i][j] - out->weights[j] * out->row[i].zero) * (out->scale[j] * out->row[i].scale);
            out->y[i * out->ldy + j] = out->bias ? y + out->bias[j] : y;
        }
}

/* C += A B, as in gemm_amx_bf16. */
GEMM_AMX_INLINE void steps(const size_t n, const uint8_t *a, size_t second, size_t lda, const struct gemm_int8_panel *panel)
{
    enum { LINE = 4 * COLUMNS };
    struct gemm_ahead ahead = *panel->ahead;
    const int8_t *b = panel->bytes;
    for (size_t p = 0; p < panel->quads; p += QUADS, a += GEMM_AMX_BYTES, b += QUADS * LINE) {
        gemm_amx_load(6, b, LINE);
        gemm_amx_load(4, a, lda);
        gemm_amx_load(7, b + 4 * GEMM_AMX_COLUMNS, LINE);
        if (n > 1)
            gemm_amx_load(5, a + second, lda);
        gemm_amx_add_int8(0);
        gemm_amx_add_int8(1);
        if (n > 1) {
            gemm_amx_add_int8(2);
            gemm_amx_add_int8(3);
        }
        gemm_fetch_steps(&ahead, QUADS);
    }
    *panel->ahead = ahead;
}

GEMM_AMX_TARGET static void tile(size_t rows, const uint8_t *a, size_t lda, const struct gemm_int8_panel *panel,
                                 const struct gemm_int8_out *out)
{
    const size_t n = rows > GEMM_AMX_ROWS ? 2 : 1, second = n > 1 ? rows - GEMM_AMX_ROWS : 0;
    int32_t sum[ROWS][COLUMNS];
    gemm_amx_configure(n > 1 ? GEMM_AMX_ROWS : rows);
    gemm_amx_zero(0);
    gemm_amx_zero(1);
    gemm_amx_zero(2);
    gemm_amx_zero(3);
    if (n > 1)
        steps(2, a, second * lda, lda, panel);
    else
        steps(1, a, 0, lda, panel);
    gemm_amx_store(0, sum[0], sizeof sum[0]);
    gemm_amx_store(1, sum[0] + GEMM_AMX_COLUMNS, sizeof sum[0]);
    if (n > 1) {
        gemm_amx_store(2, sum[second], sizeof sum[0]);
        gemm_amx_store(3, sum[second] + GEMM_AMX_COLUMNS, sizeof sum[0]);
    }
    if (out->columns == COLUMNS)
        store(rows, COLUMNS, sum, out);
    else
        store(rows, out->columns, sum, out);
}

const struct gemm_int8_kernel gemm_int8_amx = {
    .name = "amxint8",
    .rows = ROWS,
    .columns = COLUMNS,
    .quads = QUADS,
    .pairs = false,
    .runs_here = gemm_amx_runs_here,
    .tile = tile,
    .job_done = gemm_amx_release,
};
#endif
