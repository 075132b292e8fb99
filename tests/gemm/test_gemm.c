/* Matrix products against a naive twin, and the promise about their bits. */
#include "support/amx_model.h"
#include "support/support.h"

#include <math.h>
#include <omp.h>

#include "base/memory.h"
#include "gemm/gemm.h"
#include "base/rng.h"

static float *random_matrix(uint64_t seed, size_t n)
{
    float *x = xmalloc(n, sizeof *x);
    for (size_t i = 0; i < n; i++)
        x[i] = (float)(rng_uniform(seed, 0, i) - 0.5);
    return x;
}

static struct gemm_result into(float *c, size_t ld)
{
    return (struct gemm_result){c, ld, false};
}

struct shape {
    size_t m, n, k;
};
static const struct shape shapes[] = {
    {1, 1, 1},     {1, 32, 5},    {12, 32, 384},  {13, 33, 385},  {7, 31, 3},     {25, 65, 777}, {5, 16, 384},
    {6, 17, 1},    {11, 15, 50},  {3, 100, 64},   {64, 3, 100},   {171, 48, 20},  {20, 20, 32},  {2, 768, 40},
    {250, 40, 33}, {530, 70, 45}, {391, 33, 390}, {900, 40, 500}, {3001, 5, 800}, {0, 5, 5},     {5, 0, 5},
};

/* Sums of k products in [-1/4, 1/4]: single precision loses at most about k 2^-24 of each, taken twice. */
static double tolerance(size_t k)
{
    return 1e-7 + (double)k * 0x1p-24 * 0.5;
}

/* To nearest, ties to even: the upper half of the fp32. */
static double bf16(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits = (bits + 0x7fff + (bits >> 16 & 1)) & 0xffff0000;
    memcpy(&x, &bits, sizeof x);
    return (double)x;
}

/* The nearest bfloat16 and what is left, or in fp32 the number itself. */
struct parts {
    double high, middle;
};
static struct parts *parts_of(enum precision precision, size_t n, const float *x)
{
    struct parts *parts = xmalloc(n, sizeof *parts);
    for (size_t i = 0; i < n; i++) {
        double high = precision == PRECISION_FP32 ? (double)x[i] : bf16(x[i]);
        parts[i] = (struct parts){high, precision == PRECISION_BF16X3 ? bf16((float)((double)x[i] - high)) : 0};
    }
    return parts;
}

/* Where the kernels for bfloat16 run over a model of the processor: only they are tested. */
static bool only_bf16;
static const enum precision precisions[] = {PRECISION_BF16, PRECISION_BF16X3, PRECISION_FP32};
static size_t n_precisions(void)
{
    return only_bf16 ? 2 : 3;
}

/* The model is. */
static bool is_slow(struct shape s, size_t most)
{
    return only_bf16 && s.m * s.n * s.k > most;
}

enum form { SERIAL, PARALLEL, GRADIENT };

static void check_product(const struct shape *s, bool ta, bool tb, bool add, enum form form, enum precision precision)
{
    size_t pad = 3, lda = (ta ? s->m : s->k) + pad, ldb = (tb ? s->k : s->n) + pad, ldc = s->n + pad;
    float *a = random_matrix(1, (ta ? s->k : s->m) * lda + 1), *b = random_matrix(2, (tb ? s->n : s->k) * ldb + 1);
    float *c = random_matrix(3, s->m * ldc + 1), *before = random_matrix(3, s->m * ldc + 1);
    struct gemm_matrix left = ta ? gemm_matrix(a, s->k, s->m, lda) : gemm_matrix(a, s->m, s->k, lda);
    struct gemm_matrix right = tb ? gemm_transpose(gemm_matrix(b, s->n, s->k, ldb)) : gemm_matrix(b, s->k, s->n, ldb);
    struct gemm_result to = {c, ldc, add};
    if (form == SERIAL)
        gemm(ta ? gemm_transpose(left) : left, right, to);
    else if (form == GRADIENT)
        gemm_gradient(precision, left, right, to);
    else
        gemm_parallel(precision, ta ? gemm_transpose(left) : left, right, to);
    struct parts *left_parts = parts_of(precision, (ta ? s->k : s->m) * lda + 1, a);
    struct parts *right_parts = parts_of(precision, (tb ? s->n : s->k) * ldb + 1, b);
    for (size_t i = 0; i < s->m; i++)
        for (size_t j = 0; j < ldc; j++) {
            double sum = add ? (double)before[i * ldc + j] : 0;
            for (size_t p = 0; p < s->k && j < s->n; p++) {
                struct parts x = left_parts[ta ? p * lda + i : i * lda + p], y = right_parts[tb ? j * ldb + p : p * ldb + j];
                sum += x.high * y.high + x.high * y.middle + x.middle * y.high;
            }
            if (j >= s->n) /* the gap between the rows is not written */
                assert_true(c[i * ldc + j] == before[i * ldc + j]);
            else
                assert_true(fabs((double)c[i * ldc + j] - sum) <= tolerance(s->k));
        }
    free(left_parts);
    free(right_parts);
    free(a);
    free(b);
    free(c);
    free(before);
}

static void agrees_with_the_naive_twin(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int bits = 0; bits < 8; bits++)
            for (size_t p = 0; p < n_precisions(); p++)
                for (enum form form = SERIAL; form <= GRADIENT; form++)
                    if ((form < GRADIENT || (bits & 3) == 1) /* a gradient is A^T B */
                        && (form > SERIAL || precisions[p] == PRECISION_FP32) && !is_slow(shapes[i], 2000000))
                        check_product(&shapes[i], bits & 1, bits & 2, bits & 4, form, precisions[p]);
}

static void nothing_to_sum_is_zero(void **state)
{
    (void)state;
    float c[6] = {1, 2, 3, 4, 5, 6}, x = 0;
    gemm(gemm_matrix(&x, 2, 0, 1), gemm_matrix(&x, 0, 3, 3), (struct gemm_result){c, 3, true});
    assert_true(c[5] == 6);
    gemm(gemm_matrix(&x, 2, 0, 1), gemm_matrix(&x, 0, 3, 3), into(c, 3));
    gemm_parallel(PRECISION_FP32, gemm_matrix(&x, 2, 0, 1), gemm_transpose(gemm_matrix(&x, 3, 0, 1)), into(c, 3));
    for (size_t i = 0; i < 6; i++)
        assert_true(c[i] == 0);
}

/* A row's bits are the same alone and among others, for any number of threads, packed or not. */
static void check_bits(enum precision precision)
{
    enum { M = 61, N = 100, K = 900 };
    float *x = random_matrix(4, M * K), *w = random_matrix(5, N * K), *want = xmalloc(M * N, sizeof *want);
    float *y = xmalloc(M * N, sizeof *y);
    const struct gemm_matrix b = gemm_transpose(gemm_matrix(w, N, K, K));
    gemm(gemm_matrix(x, M, K, K), b, into(want, N));
    if (precision != PRECISION_FP32)
        gemm_parallel(precision, gemm_matrix(x, M, K, K), b, into(want, N));
    struct gemm_packed *packed = gemm_pack(precision, gemm_matrix(w, N, K, K));
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        gemm_parallel(precision, gemm_matrix(x, M, K, K), b, into(y, N));
        assert_memory_equal(y, want, M * N * sizeof *y);
        gemm_packed_multiply(gemm_matrix(x, M, K, K), packed, into(y, N));
        assert_memory_equal(y, want, M * N * sizeof *y);
    }
    for (size_t i = 0; i < M; i++) {
        gemm_parallel(precision, gemm_matrix(x + i * K, 1, K, K), b, into(y, N));
        assert_memory_equal(y, want + i * N, N * sizeof *y);
        gemm_packed_multiply(gemm_matrix(x + i * K, 1, K, K), packed, into(y, N));
        assert_memory_equal(y, want + i * N, N * sizeof *y);
    }
    gemm_packed_free(packed);
    free(x);
    free(w);
    free(want);
    free(y);
}

/* Columns [first, end) of rows that were packed in two parts, or written in place. Nothing else is written. */
static void check_rows(enum precision precision)
{
    enum { M = 29, N = 300, K = 900, HALF = 416, LD = N + 3 };
    static const struct {
        size_t first, columns;
    } parts[] = {{0, N}, {0, 64}, {64, 128}, {192, N - 192}, {256, N - 256}};
    float *x = random_matrix(4, M * K), *w = random_matrix(5, N * K), *want = xmalloc(M * N, sizeof *want);
    const struct gemm_matrix b = gemm_transpose(gemm_matrix(w, N, K, K));
    gemm_parallel(precision, gemm_matrix(x, M, K, K), b, into(want, N));
    struct gemm_packed *packed = gemm_pack(precision, gemm_matrix(w, N, K, K));
    size_t bytes = gemm_row_bytes(packed);
    char *rows = xmalloc(M, bytes);
    for (size_t i = 0; i < M; i++) {
        float *to = gemm_row_floats(packed, HALF, rows + i * bytes);
        gemm_pack_row(packed, 0, HALF, x + i * K, rows + i * bytes);
        if (to)
            memcpy(to, x + i * K + HALF, (K - HALF) * sizeof *to);
        else
            gemm_pack_row(packed, HALF, K - HALF, x + i * K + HALF, rows + i * bytes);
    }
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++) {
        float *y = random_matrix(6, M * LD), *before = random_matrix(6, M * LD);
        gemm_packed_multiply_rows((struct gemm_rows){rows, M, bytes}, packed, parts[k].first, parts[k].columns, into(y, LD));
        for (size_t i = 0; i < M; i++) {
            assert_memory_equal(y + i * LD, want + i * N + parts[k].first, parts[k].columns * sizeof *y);
            assert_memory_equal(y + i * LD + parts[k].columns, before + i * LD + parts[k].columns,
                                (LD - parts[k].columns) * sizeof *y);
        }
        free(y);
        free(before);
    }
    if (gemm_reads_in_place(packed, K)) {
        float *y = xmalloc(M * N, sizeof *y);
        gemm_packed_multiply_rows((struct gemm_rows){x, M, K * sizeof *x}, packed, 0, N, into(y, N));
        assert_memory_equal(y, want, M * N * sizeof *y);
        free(y);
    }
    assert_false(gemm_reads_in_place(packed, 4096));
    gemm_packed_free(packed);
    free(rows);
    free(x);
    free(w);
    free(want);
}

static void rows_have_the_same_bits(void **state)
{
    (void)state;
    for (size_t p = 0; p < n_precisions(); p++)
        check_rows(precisions[p]);
}

static void bits_are_the_same(void **state)
{
    (void)state;
    for (size_t p = 0; p < n_precisions(); p++)
        check_bits(precisions[p]);
}

/* Doubles each weight, and counts. */
struct updated {
    float *w;
    unsigned char *times;
};

static void twice(void *at, size_t first, size_t rows, size_t stride, size_t n)
{
    struct updated *u = at;
    for (size_t i = 0; i < rows; i++)
        for (size_t p = first + i * stride; p < first + i * stride + n; p++) {
            u->w[p] *= 2;
            u->times[p]++;
        }
}

static void weights_are_updated_before(void **state)
{
    (void)state;
    enum { N = 103, K = 900 };
    static const size_t rows[] = {0, 1, 50, 240, 241, 500};
    for (size_t r = 0; r < n_precisions() * sizeof rows / sizeof *rows; r++) {
        enum precision precision = precisions[r % n_precisions()];
        size_t m = rows[r / n_precisions()];
        if (is_slow((struct shape){m, N, K}, 5000000))
            continue;
        float *x = random_matrix(4, m * K), *w = random_matrix(5, N * K), *moved = random_matrix(5, N * K);
        float *g = random_matrix(6, N * K);
        float *want = xmalloc(m * N + 1, sizeof *want), *y = xmalloc(m * N + 1, sizeof *y);
        for (size_t i = 0; i < N * K; i++)
            moved[i] *= 2;
        gemm_parallel(precision, gemm_matrix(x, m, K, K), gemm_transpose(gemm_matrix(moved, N, K, K)), into(want, N));
        for (int threads = only_bf16 ? 3 : 1; threads <= 3; threads++) {
            struct updated updated = {w, xcalloc(N * K, 1)};
            struct gemm_update update = {twice, &updated, {g, threads == 2 ? g : NULL}};
            for (size_t i = 0; i < N * K; i++)
                w[i] = moved[i] / 2;
            omp_set_num_threads(threads);
            gemm_updated(precision, gemm_matrix(x, m, K, K), gemm_matrix(w, N, K, K), &update, into(y, N));
            assert_memory_equal(y, want, m * N * sizeof *y);
            assert_memory_equal(w, moved, N * K * sizeof *w);
            for (size_t i = 0; i < N * K; i++)
                assert_true(updated.times[i] == 1);
            free(updated.times);
        }
        free(x);
        free(w);
        free(moved);
        free(g);
        free(want);
        free(y);
    }
}

static double squares(size_t n, const float *x)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += (double)x[i] * (double)x[i];
    return sum;
}

/* Sums of 32 squares in single precision. */
static void assert_squares(double sum, size_t n, const float *x)
{
    double want = squares(n, x);
    if (!(fabs(sum - want) <= 1e-6 * want))
        fail_msg("squares: %.9g, not %.9g", sum, want);
}

/* The sum of all squares of C [m,n] as gemm.h defines it. In fp32 that of two rows by sixteen columns: halves of a row, the two
 * rows, then neighbours; these, row by row, in sixteen sums in double. */
static double defined_squares(size_t m, size_t n, const float *c)
{
    double sum[16] = {0};
    for (size_t first = 0, k = 0; first < m; first += 2)
        for (size_t column = 0; column < n; column += 16, k++) {
            float x[2][16] = {{0}};
            for (size_t i = 0; i < 2 && first + i < m; i++)
                for (size_t j = 0; j < 16 && column + j < n; j++)
                    x[i][j] = c[(first + i) * n + column + j] * c[(first + i) * n + column + j];
            for (size_t j = 0; j < 8; j++)
                x[0][j] = (x[0][j] + x[0][j + 8]) + (x[1][j] + x[1][j + 8]);
            for (size_t left = 4; left > 0; left /= 2)
                for (size_t j = 0; j < left; j++)
                    x[0][j] = x[0][2 * j] + x[0][2 * j + 1];
            sum[k % 16] += (double)x[0][0];
        }
    for (size_t half = 8; half > 0; half /= 2)
        for (size_t j = 0; j < half; j++)
            sum[j] += sum[j + half];
    return sum[0];
}

/* The same bits on every processor: each element is one chain of fused multiply-adds. */
static void bits_are_as_defined(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++)
        for (int add = 0; add < 2; add++) {
            size_t m = shapes[s].m, n = shapes[s].n, k = shapes[s].k;
            float *a = random_matrix(8, m * k + 1), *b = random_matrix(9, n * k + 1), *want = random_matrix(10, m * n + 1);
            float *c = random_matrix(10, m * n + 1);
            for (size_t i = 0; i < m; i++)
                for (size_t j = 0; j < n; j++) {
                    float sum = add ? want[i * n + j] : 0;
                    for (size_t p = 0; p < k; p++)
                        sum = fmaf(a[p * m + i], b[p * n + j], sum);
                    want[i * n + j] = sum;
                }
            double sum =
                gemm_gradient(PRECISION_FP32, gemm_matrix(a, k, m, m), gemm_matrix(b, k, n, n), (struct gemm_result){c, n, add});
            if (strcmp(gemm_backend(), "openblas") != 0) /* its elements have bits of their own */
                assert_memory_equal(c, want, m * n * sizeof *c);
            assert_true(sum == defined_squares(m, n, c));
            sum = gemm_gradient(PRECISION_BF16, gemm_matrix(a, k, m, m), gemm_matrix(b, k, n, n), into(c, n));
            assert_true(sum == defined_squares(m, n, c));
            free(a);
            free(b);
            free(c);
            free(want);
        }
}

/* dW = dY^T X has the same bits for any number of threads. In our kernels two calls, the second with `add`, give those of one. */
static void gradients_have_the_same_bits(void **state)
{
    (void)state;
    enum { ROWS = 45, OUT = 530, IN = 50, HALF = 20 };
    float *d = random_matrix(6, ROWS * OUT), *x = random_matrix(7, ROWS * IN), *want = xcalloc(OUT * IN, sizeof *want);
    float *w = xmalloc(OUT * IN, sizeof *w);
    gemm(gemm_transpose(gemm_matrix(d, ROWS, OUT, OUT)), gemm_matrix(x, ROWS, IN, IN), into(want, IN));
    double sum_before = 0;
    static const int threads[] = {1, 2, 3, 100}; /* the last: more than there are tiles of rows */
    for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
        omp_set_num_threads(threads[i]);
        memset(w, 0xff, OUT * IN * sizeof *w);
        double sum = gemm_gradient(PRECISION_FP32, gemm_matrix(d, ROWS, OUT, OUT), gemm_matrix(x, ROWS, IN, IN), into(w, IN));
        assert_memory_equal(w, want, OUT * IN * sizeof *w);
        assert_squares(sum, OUT * IN, want);
        assert_true(i == 0 || sum == sum_before);
        sum_before = sum;
        if (strcmp(gemm_backend(), "openblas") == 0)
            continue; /* it adds C at the end of a chain */
        gemm_gradient(PRECISION_FP32, gemm_matrix(d, HALF, OUT, OUT), gemm_matrix(x, HALF, IN, IN), into(w, IN));
        sum = gemm_gradient(PRECISION_FP32, gemm_matrix(d + HALF * OUT, ROWS - HALF, OUT, OUT),
                            gemm_matrix(x + HALF * IN, ROWS - HALF, IN, IN), (struct gemm_result){w, IN, true});
        assert_memory_equal(w, want, OUT * IN * sizeof *w);
        assert_true(sum == sum_before);
    }
    free(d);
    free(x);
    free(want);
    free(w);
}

/* Large ones whose rows begin at cache lines are stored past the caches, in one pass. */
static void large_gradients_have_the_same_bits(void **state)
{
    (void)state;
    enum { MOST = 700, OUT = 1030, IN = 272 };
    float *d = random_matrix(6, MOST * OUT), *x = random_matrix(7, MOST * IN), *want = xcalloc(OUT * IN, sizeof *want);
    float *w = memory_floats(OUT * IN, true);
    for (size_t rows = 21; rows <= MOST; rows += MOST - 21) {
        gemm(gemm_transpose(gemm_matrix(d, rows, OUT, OUT)), gemm_matrix(x, rows, IN, IN), into(want, IN));
        for (int threads = 1; threads <= 3; threads++) {
            omp_set_num_threads(threads);
            double sum = gemm_gradient(PRECISION_FP32, gemm_matrix(d, rows, OUT, OUT), gemm_matrix(x, rows, IN, IN), into(w, IN));
            assert_memory_equal(w, want, OUT * IN * sizeof *w);
            assert_squares(sum, OUT * IN, want);
        }
    }
    free(d);
    free(x);
    free(want);
    free(w);
}

/* In bfloat16: C as gemm_parallel gives it for the transpose. Few rows of C, one column, more steps than a block. */
static void gradients_in_bf16(void **state)
{
    (void)state;
    static const struct shape all[] = {{530, 50, 45}, {1, 1, 900},     {64, 33, 1000},
                                       {400, 300, 1}, {1030, 128, 40}, {1030, 272, 2500}};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        size_t m = all[i].m, n = all[i].n, k = all[i].k;
        if (is_slow(all[i], 6000000))
            continue;
        float *d = random_matrix(8, k * m), *x = random_matrix(9, k * n);
        float *want = memory_floats(m * n, true), *w = memory_floats(m * n, true), *a = xmalloc(m * k, sizeof *a);
        for (size_t j = 0; j < m * k; j++)
            a[j] = d[j % k * m + j / k];
        gemm_parallel(PRECISION_BF16, gemm_matrix(a, m, k, k), gemm_matrix(x, k, n, n), into(want, n));
        double sum = gemm_gradient(PRECISION_BF16, gemm_matrix(d, k, m, m), gemm_matrix(x, k, n, n), into(w, n));
        for (size_t j = 0; j < m * n; j++)
            assert_true(w[j] == want[j]);
        free(a);
        assert_squares(sum, m * n, w);
        free(d);
        free(x);
        free(want);
        free(w);
    }
}

static void no_number_spreads(void **state)
{
    (void)state;
    float a[2] = {NAN, 1}, b[2] = {0, INFINITY}, c[2];
    gemm_parallel(PRECISION_BF16, gemm_matrix(a, 1, 2, 2), gemm_matrix(b, 2, 1, 1), into(c, 1));
    assert_true(isnan(c[0]));
    gemm_parallel(PRECISION_BF16, gemm_matrix(a + 1, 1, 1, 1), gemm_matrix(b + 1, 1, 1, 1), into(c, 1));
    assert_true(isinf(c[0]));
    gemm(gemm_matrix(a, 1, 2, 2), gemm_matrix(b, 2, 1, 1), into(c, 1));
    assert_true(isnan(c[0]));
    gemm(gemm_matrix(a + 1, 1, 1, 1), gemm_matrix(b + 1, 1, 1, 1), into(c, 1));
    assert_true(isinf(c[0]));
}

/* From here on bfloat16 is computed by AMX's tiles, by a model of them. */
static void tiles_are_taken(void **state)
{
    (void)state;
    only_bf16 = true;
    gemm_backend_replace(&amx_model_bf16, &amx_model_int8);
}

static void tiles_are_released(void **state)
{
    (void)state;
    assert_int_equal(amx_model_in_use, 0);
}

int main(void)
{
    print_message("backend: %s, in bfloat16 %s\n", gemm_backend(), gemm_backend_bf16());
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_naive_twin),
        cmocka_unit_test(nothing_to_sum_is_zero),
        cmocka_unit_test(bits_are_the_same),
        cmocka_unit_test(bits_are_as_defined),
        cmocka_unit_test(rows_have_the_same_bits),
        cmocka_unit_test(weights_are_updated_before),
        cmocka_unit_test(gradients_have_the_same_bits),
        cmocka_unit_test(large_gradients_have_the_same_bits),
        cmocka_unit_test(gradients_in_bf16),
        cmocka_unit_test(no_number_spreads),
        cmocka_unit_test(tiles_are_taken),
        cmocka_unit_test(agrees_with_the_naive_twin),
        cmocka_unit_test(bits_are_the_same),
        cmocka_unit_test(rows_have_the_same_bits),
        cmocka_unit_test(weights_are_updated_before),
        cmocka_unit_test(gradients_in_bf16),
        cmocka_unit_test(no_number_spreads),
        cmocka_unit_test(tiles_are_released),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
