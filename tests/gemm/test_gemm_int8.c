/* Products of bytes against a naive twin, bit for bit; how far they are from fp32; what quantisation promises. */
#include "support/amx_model.h"
#include "support/support.h"

#include <math.h>
#include <omp.h>

#include "gemm/gemm_int8.h"
#include "base/rng.h"

static float *random_matrix(uint64_t seed, size_t n)
{
    float *x = xmalloc(n + 1, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(rng_uniform(seed, 0, i) - 0.5);
    return x;
}

static float largest(size_t n, const float *x)
{
    float max = 0;
    for (size_t i = 0; i < n; i++)
        max = fmaxf(max, fabsf(x[i]));
    return max;
}

/* Rows of bytes, and the weights that they are multiplied with. */
struct problem {
    size_t m, n, k;
    float *x, *w, *bias;
    float *max; /* [n] the largest |weight| of each output */
    uint8_t *q;
    struct gemm_int8_row *row;
    struct gemm_int8_packed *packed;
};

static struct problem problem_new(size_t m, size_t n, size_t k)
{
    struct problem p = {
        .m = m, .n = n, .k = k, .x = random_matrix(1, m * k), .w = random_matrix(2, n * k), .bias = random_matrix(3, n)};
    for (size_t i = 0; i < m && k > 0; i++) /* lopsided rows of all sizes, as GELU leaves them */
        for (size_t j = 0; j < k; j++)
            p.x[i * k + j] = (p.x[i * k + j] + 0.3f * (float)(i % 3)) * (float)(1 << i % 10);
    const float **rows = xmalloc(n + 1, sizeof *rows);
    for (size_t j = 0; j < n; j++)
        rows[j] = p.w + j * k;
    p.packed = gemm_int8_pack(n, k, rows);
    free(rows);
    p.max = xmalloc(n + 1, sizeof *p.max);
    for (size_t j = 0; j < n; j++)
        p.max[j] = largest(k, p.w + j * k);
    p.q = xmalloc(m + 1, gemm_int8_row_bytes(k));
    p.row = xmalloc(m + 1, sizeof *p.row);
    for (size_t i = 0; i < m; i++)
        p.row[i] = gemm_int8_quantize(k, p.x + i * k, p.q + i * gemm_int8_row_bytes(k));
    return p;
}

static void problem_free(struct problem *p)
{
    gemm_int8_free(p->packed);
    free(p->x);
    free(p->w);
    free(p->bias);
    free(p->max);
    free(p->q);
    free(p->row);
}

/* The nearest whole number, ties to even, by another way than the library's. */
static int32_t nearest(float x)
{
    return (int32_t)nearbyintf(x);
}

static int32_t weight_byte(const struct problem *p, size_t j, size_t position)
{
    return p->max[j] > 0 ? nearest(p->w[j * p->k + position] * (127 / p->max[j])) : 0;
}

struct shape {
    size_t m, n, k;
};
static const struct shape shapes[] = {
    {1, 1, 1},  {1, 32, 4},   {12, 32, 64}, {13, 33, 65}, {7, 31, 3},   {25, 65, 257}, {5, 16, 384},
    {6, 17, 2}, {11, 15, 50}, {3, 100, 64}, {64, 3, 100}, {41, 48, 20}, {2, 70, 3072}, {0, 5, 5},
    {5, 0, 5},  {4, 6, 0},    {10, 40, 15}, {8, 64, 17},  {9, 1, 130},
};

/* The sums are whole numbers; the fp32 around them is the same chain: every bit must agree. */
static void agrees_with_the_naive_twin(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int with_bias = 0; with_bias < 2; with_bias++) {
            struct problem p = problem_new(shapes[s].m, shapes[s].n, shapes[s].k);
            size_t ldy = p.n + 3;
            float *y = random_matrix(4, p.m * ldy), *before = random_matrix(4, p.m * ldy);
            gemm_int8(p.m, p.q, p.row, p.packed, with_bias ? p.bias : NULL, y, ldy);
            for (size_t i = 0; i < p.m; i++)
                for (size_t j = 0; j < ldy; j++) {
                    if (j >= p.n) { /* the gap between the rows is not written */
                        assert_true(y[i * ldy + j] == before[i * ldy + j]);
                        continue;
                    }
                    int32_t sum = 0;
                    for (size_t position = 0; position < p.k; position++)
                        sum += (p.q[i * gemm_int8_row_bytes(p.k) + position] - p.row[i].zero) * weight_byte(&p, j, position);
                    float scale = p.max[j] / 127 * p.row[i].scale, want = (float)sum * scale;
                    if (with_bias)
                        want += p.bias[j];
                    if (y[i * ldy + j] != want)
                        fail_msg("[%zu,%zu,%zu] at %zu, %zu: %.9g, not %.9g", p.m, p.n, p.k, i, j, (double)y[i * ldy + j],
                                 (double)want);
                }
            free(y);
            free(before);
            problem_free(&p);
        }
}

/* Every element is off by at most half a scale, and the bytes reach both ends. A little more for the fp32 in between. */
static void rows_keep_within_half_a_step(void **state)
{
    (void)state;
    for (size_t k = 1; k < 300; k += 13) {
        struct problem p = problem_new(20, 0, k);
        for (size_t i = 0; i < p.m; i++) {
            const uint8_t *q = p.q + i * gemm_int8_row_bytes(k);
            float low = 0, high = 0;
            for (size_t j = 0; j < k; j++) {
                float x = p.x[i * k + j], scale = p.row[i].scale;
                low = fminf(low, x);
                high = fmaxf(high, x);
                assert_true(fabsf(scale * (float)(q[j] - p.row[i].zero) - x) <= 0.501f * scale);
            }
            assert_true(fabsf(p.row[i].scale * 127 - (high - low)) <= 1e-6f * (high - low));
            for (size_t j = k; j < gemm_int8_row_bytes(k); j++)
                assert_int_equal(q[j], 0);
        }
        problem_free(&p);
    }
}

/* |error| <= sum over k of (|x| dw + |w| dx + dx dw), with dx and dw half a step of the row and the channel. */
static void products_keep_the_bound(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
        struct problem p = problem_new(shapes[s].m, shapes[s].n, shapes[s].k);
        float *y = xmalloc(p.m * p.n + 1, sizeof *y);
        gemm_int8(p.m, p.q, p.row, p.packed, NULL, y, p.n);
        for (size_t i = 0; i < p.m; i++)
            for (size_t j = 0; j < p.n; j++) {
                double exact = 0, bound = 1e-6, dx = 0.501 * (double)p.row[i].scale;
                double dw = 0.501 * (double)p.max[j] / 127;
                for (size_t position = 0; position < p.k; position++) {
                    double a = (double)p.x[i * p.k + position], b = (double)p.w[j * p.k + position];
                    exact += a * b;
                    bound += fabs(a) * dw + fabs(b) * dx + dx * dw;
                }
                assert_true(fabs((double)y[i * p.n + j] - exact) <= bound);
            }
        free(y);
        problem_free(&p);
    }
}

/* A row's bits are the same alone and among others, and packing does not depend on the threads. */
static void bits_are_the_same(void **state)
{
    (void)state;
    float *want = NULL;
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        struct problem p = problem_new(61, 100, 900);
        float *y = xmalloc(p.m * p.n, sizeof *y);
        gemm_int8(p.m, p.q, p.row, p.packed, p.bias, y, p.n);
        if (!want)
            want = y;
        assert_memory_equal(y, want, p.m * p.n * sizeof *y);
        for (size_t i = 0; i < p.m; i++) {
            float alone[100];
            gemm_int8(1, p.q + i * gemm_int8_row_bytes(p.k), p.row + i, p.packed, p.bias, alone, p.n);
            assert_memory_equal(alone, want + i * p.n, sizeof alone);
        }
        if (y != want)
            free(y);
        problem_free(&p);
    }
    free(want);
}

static struct gemm_int8_row quantized(size_t k, const float *x)
{
    uint8_t *q = xmalloc(1, gemm_int8_row_bytes(k));
    struct gemm_int8_row row = gemm_int8_quantize(k, x, q);
    free(q);
    return row;
}

static void rows_of_nothing_and_of_no_number(void **state)
{
    (void)state;
    float zeros[20] = {0}, tiny[20] = {0}, y[1], one = 1;
    assert_true(quantized(20, zeros).scale == 0 && quantized(20, zeros).zero == 0);
    tiny[3] = 1e-42f;
    assert_true(isfinite(quantized(20, tiny).scale));
    const float bad[] = {NAN, INFINITY, -INFINITY};
    for (size_t b = 0; b < 3; b++)
        for (size_t position = 0; position < 20; position++) {
            float x[20] = {1, 2, 3};
            x[position] = bad[b];
            assert_true(isnan(quantized(20, x).scale));
            const float *rows[] = {x}; /* a weight that is not a number spoils its output */
            struct gemm_int8_packed *w = gemm_int8_pack(1, 20, rows);
            uint8_t q[128];
            assert_true(gemm_int8_row_bytes(20) <= sizeof q);
            struct gemm_int8_row row = gemm_int8_quantize(20, zeros, q);
            gemm_int8(1, q, &row, w, &one, y, 1);
            assert_true(isnan(y[0]));
            gemm_int8_free(w);
        }
}

/* All 4096 products of the largest bytes: no sum in between saturates. */
static void nothing_saturates(void **state)
{
    (void)state;
    enum { K = 4096 };
    float x[K], w[K], minus[K], y[2];
    for (size_t i = 0; i < K; i++)
        x[i] = w[i] = 1, minus[i] = -1;
    const float *rows[] = {w, minus};
    struct gemm_int8_packed *packed = gemm_int8_pack(2, K, rows);
    uint8_t *q = xmalloc(1, gemm_int8_row_bytes(K));
    struct gemm_int8_row row = gemm_int8_quantize(K, x, q);
    assert_int_equal(q[0], 127);
    gemm_int8(1, q, &row, packed, NULL, y, 2);
    assert_true(fabsf(y[0] - K) < 0.01f && y[1] == -y[0]);
    free(q);
    gemm_int8_free(packed);
}

/* The largest weights of either sign, in runs of all lengths, and rows that take those of one sign alone: the sums in between go
 * as far as they can, whatever order a kernel keeps its weights in. Beside them columns of small weights, which need no care. */
static void nothing_saturates_one_way(void **state)
{
    (void)state;
    enum { K = 2021, N = 50, M = 7 };
    static float w[N][K], x[K], y[M][N];
    static uint8_t q[M * (K + 128)];
    const float *rows[N];
    struct gemm_int8_row row[M];
    assert_true(M * gemm_int8_row_bytes(K) <= sizeof q);
    for (size_t j = 0; j < N; j++) {
        for (size_t i = 0; i < K; i++)
            w[j][i] = j % 5 == 4 && i > 0 ? 0.01f * (float)(i % 5) : i / (1 + j % 9) % 2 ? 1 : -1;
        rows[j] = w[j];
    }
    struct gemm_int8_packed *packed = gemm_int8_pack(N, K, rows);
    for (size_t m = 0; m < M; m++) {
        for (size_t i = 0; i < K; i++)
            x[i] = m == 6 || (w[m][i] > 0) == (m % 2) ? 1 : 0;
        row[m] = gemm_int8_quantize(K, x, q + m * gemm_int8_row_bytes(K));
        assert_true(row[m].zero == 0);
    }
    gemm_int8(M, q, row, packed, NULL, y[0], N);
    for (size_t m = 0; m < M; m++)
        for (size_t j = 0; j < N; j++) {
            int32_t sum = 0;
            for (size_t i = 0; i < K; i++)
                sum += q[m * gemm_int8_row_bytes(K) + i] * nearest(w[j][i] * 127);
            assert_true(y[m][j] == (float)sum * (1.0f / 127 * row[m].scale));
        }
    gemm_int8_free(packed);
}

/* From here on AMX's tiles compute, that is, a model of them. */
static void tiles_are_taken(void **state)
{
    (void)state;
    gemm_backend_replace(&amx_model_bf16, &amx_model_int8);
}

static void tiles_are_released(void **state)
{
    (void)state;
    assert_int_equal(amx_model_in_use, 0);
}

int main(void)
{
    print_message("backend: %s\n", gemm_int8_backend());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_naive_twin),       cmocka_unit_test(rows_keep_within_half_a_step),
        cmocka_unit_test(products_keep_the_bound),          cmocka_unit_test(bits_are_the_same),
        cmocka_unit_test(rows_of_nothing_and_of_no_number), cmocka_unit_test(nothing_saturates),
        cmocka_unit_test(nothing_saturates_one_way),        cmocka_unit_test(tiles_are_taken),
        cmocka_unit_test(agrees_with_the_naive_twin),       cmocka_unit_test(bits_are_the_same),
        cmocka_unit_test(rows_of_nothing_and_of_no_number), cmocka_unit_test(nothing_saturates),
        cmocka_unit_test(nothing_saturates_one_way),        cmocka_unit_test(tiles_are_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
