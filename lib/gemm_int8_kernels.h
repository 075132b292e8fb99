/* gemm_int8_kernels: what a backend of gemm_int8 gives to the driver in gemm_int8.c. */
#ifndef TAGPIPE_GEMM_INT8_KERNELS_H
#define TAGPIPE_GEMM_INT8_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gemm_int8.h"

enum { INT8_COLUMNS = 32, INT8_ROWS_MAX = 12 };

/* Where a tile goes, and how its sums become fp32, in this order:
 * y[i][j] = (float)(sum - weights[j] * row[i].zero) * (scale[j] * row[i].scale) + bias[j]. */
struct int8_out {
    const struct int8_row *row;     /* [rows] */
    const float *scale;             /* [INT8_COLUMNS] of the channels */
    const int32_t *weights;         /* [INT8_COLUMNS] sums over k */
    const float *bias;              /* [columns], or NULL for 0 */
    size_t columns;                 /* that are stored */
    float *y; size_t ldy;
};

/* One tile over 4 * quads steps. Row i of A begins at a + i * lda; b is a packed panel [quads][INT8_COLUMNS][4], zero behind
 * the matrix's edges. */
typedef void gemm_int8_tile(size_t rows, size_t quads, const uint8_t *a, size_t lda, const int8_t *b, const struct int8_out *out);

/* For kernels that leave that to the driver: sum [rows][INT8_COLUMNS]. */
void int8_dequantize(size_t rows, const int32_t *sum, const struct int8_out *out);

struct gemm_int8_kernel {
    const char *name, *family;      /* family: what TAGPIPE_GEMM calls it */
    size_t rows;                    /* of a full tile */
    bool (*runs_here)(void);
    gemm_int8_tile *tile;
};

extern const struct gemm_int8_kernel gemm_int8_avx512, gemm_int8_avx2, gemm_int8_portable;

#endif
