/* gemm_int8_pair: the order of weights for kernels that sum products of bytes in 16 bits. */
#include <string.h>

#include "gemm/gemm_int8_kernels.h"

enum { HALF = 2, QUAD = 4 }; /* bytes */

/* Whether q0 a0 + q1 a1 + q2 b0 + q3 b1 stays within 16 bits for all q, in whatever order it is summed. */
static bool fit(const int8_t *a, const int8_t *b)
{
    int32_t w[] = {a[0], a[1], b[0], b[1]}, up = 0, down = 0;
    for (int i = 0; i < 4; i++) {
        up += w[i] > 0 ? w[i] : 0;
        down -= w[i] < 0 ? w[i] : 0;
    }
    return up * GEMM_INT8_ACTIVATION_MAX <= INT16_MAX && down * GEMM_INT8_ACTIVATION_MAX <= -INT16_MIN;
}

/* The quads after those of the matrix. `last` is the one added last: its partner's sums with it must fit, too. */
struct tail {
    size_t n, first;
    int8_t last[GEMM_INT8_COLUMNS_MAX * QUAD];
};

static void append(struct tail *tail, const int8_t *quad, uint32_t place, size_t columns, int8_t *to, uint32_t *offset)
{
    size_t number = tail->first + tail->n++;
    memcpy(tail->last, quad, columns * QUAD);
    if (to) {
        memcpy(to + number * columns * QUAD, quad, columns * QUAD);
        offset[number] = place;
    }
}

static bool fits_beside(const int8_t *last, const int8_t *quad, size_t columns)
{
    for (size_t i = 0; i < columns * QUAD; i += HALF)
        if (!fit(last + i, quad + i))
            return false;
    return true;
}

size_t gemm_int8_pair_quads(size_t quads, size_t columns, const int8_t *from, size_t ld, int8_t *to, uint32_t *offset)
{
    static const int8_t nothing[GEMM_INT8_COLUMNS_MAX * QUAD];
    struct tail tail = {.first = (quads + 1) / 2 * 2};
    for (size_t p = 0; p < quads; p += 2) {
        int8_t pair[2][GEMM_INT8_COLUMNS_MAX * QUAD] = {{0}}, moved[GEMM_INT8_COLUMNS_MAX * QUAD] = {0};
        bool moves = false;
        for (size_t j = 0; j < columns; j++) {
            memcpy(pair[0] + QUAD * j, from + j * ld + QUAD * p, QUAD);
            if (p + 1 < quads)
                memcpy(pair[1] + QUAD * j, from + j * ld + QUAD * (p + 1), QUAD);
        }
        for (size_t i = 0; i < columns * QUAD; i += HALF)
            if (!fit(pair[0] + i, pair[1] + i)) {
                memcpy(moved + i, pair[1] + i, HALF);
                memset(pair[1] + i, 0, HALF);
                moves = true;
            }
        for (size_t s = 0; to && s < 2; s++) {
            memcpy(to + (p + s) * columns * QUAD, pair[s], columns * QUAD);
            offset[p + s] = (uint32_t)(p + s < quads ? QUAD * (p + s) : 0);
        }
        if (moves && tail.n % 2 && !fits_beside(tail.last, moved, columns))
            append(&tail, nothing, 0, columns, to, offset);
        if (moves)
            append(&tail, moved, (uint32_t)(QUAD * (p + 1)), columns, to, offset);
    }
    if (tail.n % 2)
        append(&tail, nothing, 0, columns, to, offset);
    return tail.first + tail.n;
}
