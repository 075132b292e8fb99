/* gemm_int8_kernels: what a kernel gives to the driver in gemm_int8.c. gemm_backend.c has the table of the kernels and how to add
 * one. */
#ifndef TAGPIPE_GEMM_GEMM_INT8_KERNELS_H
#define TAGPIPE_GEMM_GEMM_INT8_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "gemm/gemm_ahead.h"
#include "gemm/gemm_int8.h"

enum { GEMM_INT8_COLUMNS_MAX = 32, GEMM_INT8_ROWS_MAX = 12 };
/* The largest |q|. Activations have 7 bits, not 8, for processors that sum two products in 16 bits: 2 * 127 * 127 fits. */
enum { GEMM_INT8_WEIGHT_MAX = 127, GEMM_INT8_ACTIVATION_MAX = 127 };

/* The weights of the kernel's columns. A quad is four steps of k: bytes [quads][columns][4], zero beyond the matrix's edges. Quad
 * p is multiplied with the bytes offset[p] .. offset[p] + 3 of a row of A; offset NULL: 4 p. */
struct gemm_int8_panel {
    size_t quads;
    const int8_t *bytes;
    const uint32_t *offset;
    struct gemm_ahead *ahead; /* the next panel, to be fetched evenly over the `quads` of all tiles */
};

/* Where a tile goes, and how its sums become fp32, in this order:
 * y[i][j] = (float)(sum - weights[j] * row[i].zero) * (scale[j] * row[i].scale) + bias[j]. */
struct gemm_int8_out {
    const struct gemm_int8_row *row; /* [rows] */
    const float *scale;              /* [a panel's columns] of the channels */
    const int32_t *weights;          /* [a panel's columns] sums over k */
    const float *bias;               /* [columns], or NULL for 0 */
    size_t columns;                  /* that are stored */
    float *y;
    size_t ldy;
};

/* One tile: row i of A begins at a + i * lda. */
typedef void gemm_int8_tile(size_t rows, const uint8_t *a, size_t lda, const struct gemm_int8_panel *b,
                            const struct gemm_int8_out *out);

struct gemm_int8_kernel {
    const char *name;
    size_t rows, columns; /* of a full tile */
    size_t quads;         /* a panel has a multiple of so many, the last ones of zeros; 0: any number */
    bool pairs;           /* takes quads in pairs, see gemm_int8_pair_quads */
    bool (*runs_here)(void);
    gemm_int8_tile *tile;
    void (*job_done)(void); /* NULL, or called by a thread after its last tile of a product */
};

/* The kernel that runs here (gemm_backend.c). Dies if TAGPIPE_GEMM asks for another one. */
const struct gemm_int8_kernel *gemm_backend_int8_kernel(void);

/* One output's weights w [k] as bytes q [k], their scale and their sum. */
void gemm_int8_quantize_weights(size_t k, const float *w, int8_t *q, float *scale, int32_t *sum);

/* For kernels that sum the products of two quads in 16 bits, half by half: q0 w0 + q1 w1 + q4 w4 + q5 w5, and q2 w2 + q3 w3 + q6
 * w6 + q7 w7. From [columns][ld] bytes of weights it makes an even number of quads, as bytes [quads][columns][4] and `offset`,
 * such that no such sum leaves 16 bits for any row of A. Where one could, the second quad's half moves to another quad after the
 * last one (a few in a hundred do, since most weights are far from the largest). Returns the number of quads; with NULL for to
 * and offset, only that. */
size_t gemm_int8_pair_quads(size_t quads, size_t columns, const int8_t *from, size_t ld, int8_t *to, uint32_t *offset);

#endif
