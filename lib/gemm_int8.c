/* gemm_int8: quantisation, packing, and the driver that cuts products into tiles. */
#include "gemm_int8.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "floats.h"
#include "gemm_int8_kernels.h"
#include "vec.h"

enum { WEIGHT_MOST = 127, ROW_MOST = 255, K_MAX = INT32_MAX / (WEIGHT_MOST * ROW_MOST) };

static const struct gemm_int8_kernel *choose(void)
{
    static const struct gemm_int8_kernel *const all[] = {&gemm_int8_avx512, &gemm_int8_avx2, &gemm_int8_portable};
    enum { N = sizeof all / sizeof *all };
    const char *wanted = getenv("TAGPIPE_GEMM");
    size_t i = 0;
    if (wanted)
        while (i < N && strcmp(wanted, all[i]->family) != 0)
            i++;
    if (i == N)
        die("TAGPIPE_GEMM=%s: not one of avx512, avx2, openblas", wanted);
    while (!all[i]->runs_here())            /* AVX-512 without VNNI: the next one */
        i++;
    return all[i];
}

static const struct gemm_int8_kernel *the_kernel(void)
{
    static const struct gemm_int8_kernel *kernel;
    if (!kernel)
        kernel = choose();
    return kernel;
}

const char *gemm_int8_backend(void)
{
    return the_kernel()->name;
}

/* ---- rows of activations ---- */

static size_t round_up(size_t n, size_t unit)
{
    return (n + unit - 1) / unit * unit;
}

size_t int8_row_bytes(size_t k)
{
    return round_up(k, 64) + 64;            /* no power of two: rows would share a few sets of the cache */
}

/* To the nearest whole number, ties to even, |x| < 2^22, then between two bounds. */
INLINE int32_t rounded(float x, int32_t low, int32_t high)
{
    const float magic = 12582912.0f;
    int32_t v = (int32_t)((x + magic) - magic);
    v = v < low ? low : v;
    return v > high ? high : v;
}

/* The smallest and largest element, 0 among them; `poison` becomes NaN if one is not finite. */
struct range { vec low, high, poison; };

INLINE void range_add(struct range *r, vec x)
{
    r->low = vec_select(x < r->low, x, r->low);
    r->high = vec_max(x, r->high);
    r->poison += x - x;
}

INLINE struct range range_of(size_t n, const float *x)
{
    struct range r = {vec_of(0), vec_of(0), vec_of(0)};
    size_t i = 0;
    for (; i + LANES <= n; i += LANES)
        range_add(&r, vec_load(x + i));
    if (i < n)
        range_add(&r, vec_load_n(x + i, n - i));
    return r;
}

CLONES struct int8_row int8_quantize(size_t k, const float *x, uint8_t *q)
{
    struct range r = range_of(k, x);
    float low = -vec_greatest(-r.low), high = vec_greatest(r.high), width = high - low, poison = vec_sum(r.poison);
    if (!(poison == 0 && width < INFINITY)) {
        memset(q, 0, int8_row_bytes(k));
        return (struct int8_row){NAN, 0};
    }
    float inverse = width > 1e-30f ? ROW_MOST / width : 0;
    struct int8_row row = {width / ROW_MOST, (int32_t)lrintf(-low * inverse)};
    for (size_t i = 0; i < k; i++)
        q[i] = (uint8_t)(rounded(x[i] * inverse, -row.zero, ROW_MOST - row.zero) + row.zero);
    memset(q + k, 0, int8_row_bytes(k) - k);
    return row;
}

/* ---- weights ---- */

struct packed_int8 {
    size_t n, k, quads;     /* quads = k / 4, rounded up */
    int8_t *panel;          /* [panels][quads][INT8_COLUMNS][4] */
    float *scale;           /* [panels * INT8_COLUMNS] */
    int32_t *sum;           /* [panels * INT8_COLUMNS] over k: what a zero point adds */
};

/* One output's weights as bytes q [k]. */
CLONES static void quantize_weights(size_t k, const float *w, int8_t *q, float *scale, int32_t *sum)
{
    struct range r = range_of(k, w);
    float most = vec_greatest(vec_max(r.high, -r.low)), poison = vec_sum(r.poison);
    *scale = poison == 0 ? most / WEIGHT_MOST : NAN;
    float factor = most > 1e-30f ? WEIGHT_MOST / most : 0;
    int32_t total = 0;
    if (poison != 0)
        memset(q, 0, k);
    for (size_t i = 0; poison == 0 && i < k; i++) {
        int32_t v = rounded(w[i] * factor, -WEIGHT_MOST, WEIGHT_MOST);
        total += v;
        q[i] = (int8_t)v;
    }
    *sum = total;
}

/* from [INT8_COLUMNS][ld] bytes, to [quads][INT8_COLUMNS][4]. */
static void interleave(size_t quads, const int8_t *from, size_t ld, int8_t *to)
{
    enum { STRIP = 16 };                    /* quads: 64 bytes of each row before going on */
    for (size_t p = 0; p < quads; p += STRIP)
        for (size_t j = 0; j < INT8_COLUMNS; j++)
            for (size_t s = p; s < quads && s < p + STRIP; s++)
                memcpy(to + 4 * (s * INT8_COLUMNS + j), from + j * ld + 4 * s, 4);
}

struct packed_int8 *gemm_int8_pack(size_t n, size_t k, const float *const *row)
{
    if (k > K_MAX)
        die("int8: sums of %zu products do not fit 32 bits, %d do", k, (int)K_MAX);
    struct packed_int8 *w = xmalloc(1, sizeof *w);
    size_t wide = round_up(n, INT8_COLUMNS), ld = int8_row_bytes(k), quads = (k + 3) / 4;
    *w = (struct packed_int8){.n = n, .k = k, .quads = quads, .panel = (int8_t *)floats_new(wide * quads, false),
                              .scale = floats_new(wide, true), .sum = xcalloc(wide + 1, sizeof *w->sum)};
#pragma omp parallel
    {
        int8_t *q = xcalloc(INT8_COLUMNS, ld + 1);
#pragma omp for schedule(static)
        for (size_t j = 0; j < wide; j += INT8_COLUMNS) {
            for (size_t c = 0; c < INT8_COLUMNS; c++)
                if (j + c < n)
                    quantize_weights(k, row[j + c], q + c * ld, &w->scale[j + c], &w->sum[j + c]);
                else
                    memset(q + c * ld, 0, ld);
            interleave(quads, q, ld, w->panel + j * 4 * quads);
        }
        free(q);
    }
    return w;
}

void gemm_int8_unpack(struct packed_int8 *w)
{
    if (!w)
        return;
    free(w->panel);
    free(w->scale);
    free(w->sum);
    free(w);
}

/* ---- products ---- */

INLINE ivec ivec_load(const int32_t *at)
{
    ivec v;
    memcpy(&v, at, sizeof v);
    return v;
}

CLONES void int8_dequantize(size_t rows, const int32_t *sum, const struct int8_out *o)
{
    for (size_t j = 0; j < o->columns; j += LANES) {
        size_t n = o->columns - j < LANES ? o->columns - j : LANES;
        vec channel = vec_load(o->scale + j), shift = o->bias ? vec_load_n(o->bias + j, n) : vec_of(0);
        ivec weights = ivec_load(o->weights + j);
        for (size_t i = 0; i < rows; i++) {
            ivec s = ivec_load(sum + i * INT8_COLUMNS + j) - weights * o->row[i].zero;
            vec v = __builtin_convertvector(s, vec) * (channel * vec_of(o->row[i].scale)) + shift;
            vec_store_n(o->y + i * o->ldy + j, v, n);
        }
    }
}

void gemm_int8(size_t m, const uint8_t *q, const struct int8_row *row, const struct packed_int8 *w, const float *bias,
               float *y, size_t ldy)
{
    const struct gemm_int8_kernel *g = the_kernel();
    size_t lda = int8_row_bytes(w->k), tiles = (m + g->rows - 1) / g->rows;
    for (size_t j = 0; j < w->n; j += INT8_COLUMNS)
        for (size_t t = 0; t < tiles; t++) {
            size_t i = t * m / tiles, rows = (t + 1) * m / tiles - i;       /* of nearly one size */
            for (size_t r = i; r < i + rows; r++) {                         /* while the tile is computed */
                __builtin_prefetch(y + r * ldy + j, 1);
                __builtin_prefetch(y + r * ldy + j + INT8_COLUMNS / 2, 1);
            }
            struct int8_out out = {row + i, w->scale + j, w->sum + j, bias ? bias + j : NULL,
                                   w->n - j < INT8_COLUMNS ? w->n - j : INT8_COLUMNS, y + i * ldy + j, ldy};
            g->tile(rows, w->quads, q + i * lda, lda, w->panel + j * 4 * w->quads, &out);
        }
}
