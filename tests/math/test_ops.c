/* ops: each operator against its plain twin in double (reference/bert_reference.h), each backward pass against differences of
 * the twin, at sizes around the sixteen lanes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "reference/bert_reference.h"
#include "support/bert_cases.h"
#include "math/ops.h"
#include "base/rng.h"

enum { MOST = 800 };
static const size_t sizes[] = {1, 2, 7, 15, 16, 17, 31, 32, 33, 100, 384, 769};
enum { N_SIZES = sizeof sizes / sizeof *sizes };

static void assert_near(double is, double should, double tolerance, const char *what, size_t n)
{
    if (!(fabs(is - should) <= tolerance))
        fail_msg("%s, %zu elements: %.9g, not %.9g (%.2g off)", what, n, is, should, is - should);
}

/* Numbers around zero, as wide as `width`, by name. */
static void numbers(const char *name, double width, size_t n, float *out)
{
    formula_uniform(name, n, out);
    for (size_t i = 0; i < n; i++)
        out[i] = (float)((double)out[i] * width);
}

/* ---- LayerNorm ---- */

/* The plain operator, of one row. */
static void twin_norm(size_t n, double *x, const float *gamma, const float *beta, double eps, double *y)
{
    double wide[2][MOST], xhat[MOST], rstd;
    for (size_t i = 0; i < n; i++)
        wide[0][i] = (double)gamma[i], wide[1][i] = (double)beta[i];
    layer_norm(1, n, eps, (struct value){x, NULL}, (struct affine){{wide[0], NULL}, {wide[1], NULL}}, (struct value){xhat, NULL},
               &rstd, (struct value){y, NULL});
}

static void norm_is_its_twin(void **state)
{
    (void)state;
    float x[MOST], bias[MOST], mask[MOST], residual[MOST], gamma[MOST], beta[MOST], xhat[MOST], y[MOST], rstd;
    double sum[MOST], want[MOST];
    for (size_t k = 0; k < N_SIZES; k++)
        for (int parts = 0; parts < 8; parts++) {
            size_t n = sizes[k];
            numbers("x", 4, n, x), numbers("bias", 1, n, bias), numbers("residual", 3, n, residual);
            numbers("gain", 2, n, gamma), numbers("shift", 1, n, beta);
            ops_dropout_mask(1, 2, 3, 4, 0.3f, n, mask);
            for (size_t i = 0; i < n; i++)
                sum[i] = ((double)x[i] + (parts & 1 ? (double)bias[i] : 0)) * (parts & 2 ? (double)mask[i] : 1)
                         + (parts & 4 ? (double)residual[i] : 0);
            twin_norm(n, sum, gamma, beta, 1e-5, want);
            ops_bias_dropout_residual_norm(n, x, parts & 1 ? bias : NULL, parts & 2 ? mask : NULL, parts & 4 ? residual : NULL,
                                           gamma, beta, 1e-5f, xhat, &rstd, y);
            for (size_t i = 0; i < n; i++) {
                assert_near((double)y[i], want[i], 4e-6, "norm", n);
                assert_near((double)x[i], sum[i], 1e-6, "the sum before the norm", n);
                assert_near((double)(xhat[i] * gamma[i] + beta[i]), (double)y[i], 1e-6, "normal", n);
            }
        }
}

/* sum(w y) is a loss whose gradient in x the backward pass gives for dy = w. */
static void norm_backward_is_the_slope(void **state)
{
    (void)state;
    float x[MOST], copy[MOST], gamma[MOST], beta[MOST], xhat[MOST], y[MOST], w[MOST], dx[MOST], rstd;
    double moved[MOST], out[MOST];
    for (size_t k = 1; k < N_SIZES; k++) {
        size_t n = sizes[k];
        numbers("x", 4, n, x), numbers("gain", 2, n, gamma), numbers("shift", 1, n, beta), numbers("w", 2, n, w);
        memcpy(copy, x, sizeof x);
        ops_bias_dropout_residual_norm(n, copy, NULL, NULL, NULL, gamma, beta, 1e-3f, xhat, &rstd, y);
        ops_norm_backward(n, w, xhat, rstd, gamma, dx);
        for (size_t j = 0; j<n; j += n> 50 ? 37 : 1) {
            double loss[2] = {0, 0}, step = 1e-4;
            for (int side = 0; side < 2; side++) {
                for (size_t i = 0; i < n; i++)
                    moved[i] = (double)x[i] + (i == j ? side ? step : -step : 0);
                twin_norm(n, moved, gamma, beta, 1e-3, out);
                for (size_t i = 0; i < n; i++)
                    loss[side] += (double)w[i] * out[i];
            }
            assert_near((double)dx[j], (loss[1] - loss[0]) / (2 * step), 2e-5, "norm backward", n);
        }
    }
}

/* A row that is all the same has variance 0, and no NaN. */
static void norm_of_a_constant_is_its_shift(void **state)
{
    (void)state;
    float x[40], gamma[40], beta[40], y[40];
    for (size_t i = 0; i < 40; i++)
        x[i] = 3, gamma[i] = 2, beta[i] = (float)i;
    ops_bias_dropout_residual_norm(40, x, NULL, NULL, NULL, gamma, beta, 1e-12f, NULL, NULL, y);
    for (size_t i = 0; i < 40; i++)
        assert_true(y[i] == (float)i);
}

/* ---- activations ---- */

/* Over the whole range, within 4e-7 of the larger of 1 and |x|: 3 units in the last place of 1; as a polynomial within what
 * ops_activation.c says. */
static void activations_are_their_twins(void **state)
{
    (void)state;
    enum { N = 4001 };
    static float x[N], zero[N], y[N], d[N];
    for (int kind = ACTIVATION_GELU; kind < N_ACTIVATIONS; kind++)
        for (int range = 0; range < 3; range++) {
            double width = range == 0 ? 4 : range == 1 ? 20 : 2e4;
            for (size_t i = 0; i < N; i++) {
                x[i] = (float)(((double)i / (N - 1) - 0.5) * width + 1e-9);
                d[i] = 1;
            }
            ops_activation_backward((enum activation)kind, N, x, y, d);
            for (size_t i = 0; i < N; i++) {
                double value = (double)x[i], size = fmax(1, fabs(value)), step = 1e-5 * size;
                double bound = kind == ACTIVATION_GELU_POLYNOMIAL ? fmax(8e-5, 2e-5 * value) : 4e-7 * size;
                assert_near((double)y[i], activation((enum activation)kind, value), bound, "activation", (size_t)kind);
                if (kind == ACTIVATION_GELU_POLYNOMIAL && value > 0)
                    assert_near((double)y[i], activation(ACTIVATION_GELU, value), 2e-5 * value, "activation", (size_t)kind);
                double slope = activation((enum activation)kind, value + step) - activation((enum activation)kind, value - step);
                if (kind != ACTIVATION_RELU || fabs(value) > step)
                    assert_near((double)d[i], slope / (2 * step), kind == ACTIVATION_GELU_POLYNOMIAL ? 2.5e-4 : 2e-6,
                                "activation's slope", (size_t)kind);
            }
            float again[N];
            memcpy(again, x, sizeof again);
            ops_bias_activation((enum activation)kind, N, again, zero, again);
            assert_memory_equal(again, y, sizeof again);
        }
}

static void activation_adds_the_bias(void **state)
{
    (void)state;
    float x[MOST], pre[MOST], bias[MOST], y[MOST];
    for (size_t k = 0; k < N_SIZES; k++) {
        numbers("x", 4, sizes[k], x), numbers("bias", 2, sizes[k], bias);
        memcpy(pre, x, sizeof x);
        ops_bias_activation(ACTIVATION_GELU, sizes[k], pre, bias, y);
        for (size_t i = 0; i < sizes[k]; i++) {
            assert_true(pre[i] == x[i] + bias[i]);
            assert_near((double)y[i], activation(ACTIVATION_GELU, (double)pre[i]), 4e-7, "gelu", sizes[k]);
        }
    }
}

/* Infinities and NaN are not swallowed: the loss must show them. */
static void activations_pass_nan_on(void **state)
{
    (void)state;
    for (int kind = ACTIVATION_GELU; kind < N_ACTIVATIONS; kind++) {
        float x[3] = {NAN, INFINITY, 1}, zero[3] = {0}, y[3];
        ops_bias_activation((enum activation)kind, 3, x, zero, y);
        if (!isnan(y[0]) || !isinf(y[1]) || !isfinite(y[2]))
            fail_msg("activation %d of nan inf 1: %g %g %g", kind, (double)y[0], (double)y[1], (double)y[2]);
    }
}

/* ---- softmax ---- */

static void twin_softmax(size_t n, const float *x, double scale, double *p)
{
    for (size_t i = 0; i < n; i++)
        p[i] = scale * (double)x[i];
    softmax(n, p, p);
}

/* 4 units in the last place of each probability and what the rounding of an exponent of up to 80 gives. */
static void softmax_is_its_twin(void **state)
{
    (void)state;
    float x[MOST], p[MOST];
    double want[MOST];
    for (size_t k = 0; k < N_SIZES; k++)
        for (double width = 0.01; width < 200; width *= 10) {
            numbers("x", width, sizes[k], x);
            memcpy(p, x, sizeof x);
            ops_softmax(sizes[k], p, 0.7f);
            twin_softmax(sizes[k], x, (double)0.7f, want);
            for (size_t i = 0; i < sizes[k]; i++)
                assert_near((double)p[i], want[i], (5e-7 + 1.2e-7 * width) * want[i] + 1e-37, "softmax", sizes[k]);
        }
}

static void softmax_stands_extremes(void **state)
{
    (void)state;
    float huge[18], bad[3] = {0, NAN, 0}, one[1] = {-3e38f};
    for (size_t i = 0; i < 18; i++)
        huge[i] = i == 17 ? 3e38f : -3e38f;
    ops_softmax(18, huge, 1);
    assert_true(huge[17] == 1 && huge[0] >= 0 && huge[0] < 1e-30f);
    ops_softmax(3, bad, 1);
    assert_true(isnan(bad[0]) && isnan(bad[1]));
    ops_softmax(1, one, 1);
    assert_true(one[0] == 1);
}

static void softmax_backward_is_the_slope(void **state)
{
    (void)state;
    float x[MOST], p[MOST], w[MOST], d[MOST];
    double out[MOST];
    for (size_t k = 0; k < N_SIZES; k++) {
        size_t n = sizes[k];
        numbers("x", 5, n, x), numbers("w", 2, n, w);
        memcpy(p, x, sizeof x);
        ops_softmax(n, p, 0.7f);
        memcpy(d, w, sizeof w);
        ops_softmax_backward(n, p, d, 0.7f);
        for (size_t j = 0; j<n; j += n> 50 ? 37 : 1) {
            double loss[2] = {0, 0}, moved[2];
            float middle = x[j];
            for (int side = 0; side < 2; side++) {
                x[j] = side ? middle + 1e-3f : middle - 1e-3f;
                moved[side] = (double)x[j];
                twin_softmax(n, x, (double)0.7f, out);
                for (size_t i = 0; i < n; i++)
                    loss[side] += (double)w[i] * out[i];
            }
            x[j] = middle;
            assert_near((double)d[j], (loss[1] - loss[0]) / (moved[1] - moved[0]), 1e-6, "softmax backward", n);
        }
    }
}

/* ---- sums ---- */

static void columns_are_summed(void **state)
{
    (void)state;
    enum { ROWS = 23, LD = 90 };
    static float d[ROWS * LD], x[ROWS * LD];
    float sum[LD], product[LD];
    numbers("d", 2, ROWS * LD, d), numbers("x", 2, ROWS * LD, x);
    for (size_t from = 0; from < LD; from += 13)
        for (size_t to = from; to <= LD; to += 11) {
            for (size_t j = 0; j < LD; j++)
                sum[j] = product[j] = 1;
            ops_sum_columns(ROWS, from, to, d, LD, sum);
            ops_sum_columns_product(ROWS, from, to, d, x, LD, product);
            for (size_t j = 0; j < LD; j++) {
                double a = 1, b = 1;
                for (size_t r = 0; r < ROWS && j >= from && j < to; r++) {
                    a += (double)d[r * LD + j];
                    b += (double)d[r * LD + j] * (double)x[r * LD + j];
                }
                assert_near((double)sum[j], a, 4e-6, "column sum", j);
                assert_near((double)product[j], b, 4e-6, "column sum of products", j);
            }
        }
}

/* ---- dropout ---- */

/* Sixteen counters at a time give what rng_philox gives one by one. */
static void masks_are_philox(void **state)
{
    (void)state;
    float mask[MOST], p = 0.25f;
    for (uint64_t row = 0; row < 3; row++) {
        uint64_t seed = 0x123456789abcdef0u + row, step = row * 3000000000u, place = row * 5000000007u;
        ops_dropout_mask(seed, step, 17, place, p, 769, mask);
        for (size_t i = 0; i < 769; i++) {
            struct rng4 r = rng_philox(seed, step << 20 | 17, place << 24 | (i / 64 * 16 + i % 16));
            bool kept = r.v[i % 64 / 16] >= 0x40000000u;
            assert_true(mask[i] == (kept ? 1 / (1 - p) : 0));
        }
    }
}

/* A million decisions: the share that is dropped lies within 5 standard deviations of p, and neighbours in row, column,
 * site and step are uncorrelated to the same degree. */
static void masks_have_the_rate(void **state)
{
    (void)state;
    enum { ROWS = 1000, COLUMNS = 1000 };
    for (int k = 0; k < 3; k++) {
        float p = k == 0 ? 0.1f : k == 1 ? 0.5f : 0.9f, mask[COLUMNS], other[COLUMNS], above[COLUMNS] = {0};
        double dropped = 0, both[4] = {0}, n = ROWS * COLUMNS, q = (double)p;
        for (uint64_t row = 0; row < ROWS; row++) {
            ops_dropout_mask(42, 7, 5, row, p, COLUMNS, mask);
            for (size_t i = 0; i < COLUMNS; i++) {
                assert_true(mask[i] == 0 || mask[i] == 1 / (1 - p));
                dropped += mask[i] == 0;
                both[0] += i > 0 && mask[i] == 0 && mask[i - 1] == 0;
                both[1] += row > 0 && mask[i] == 0 && above[i] == 0;
            }
            memcpy(above, mask, sizeof mask);
            for (int w = 2; w < 4; w++) {
                ops_dropout_mask(42, w == 2 ? 8 : 7, w == 2 ? 5 : 6, row, p, COLUMNS, other);
                for (size_t i = 0; i < COLUMNS; i++)
                    both[w] += mask[i] == 0 && other[i] == 0;
            }
        }
        assert_near(dropped / n, q, 5 * sqrt(q * (1 - q) / n), "share of dropped", (size_t)n);
        for (int w = 0; w < 4; w++)
            assert_near(both[w] / n, q * q, 5 * sqrt(q * q * (1 - q * q) / n) + (w < 2 ? 1.1e-3 * q * q : 0), "pairs", (size_t)w);
    }
}

/* A row's beginning does not depend on how long it is. */
static void masks_do_not_depend_on_the_length(void **state)
{
    (void)state;
    float whole[MOST], part[MOST];
    ops_dropout_mask(1, 2, 3, 4, 0.1f, MOST, whole);
    for (size_t k = 0; k < N_SIZES; k++) {
        ops_dropout_mask(1, 2, 3, 4, 0.1f, sizes[k], part);
        assert_memory_equal(whole, part, sizes[k] * sizeof *part);
    }
}

/* An element has the same bits wherever it stands in its row. */
static void bits_do_not_depend_on_the_place(void **state)
{
    (void)state;
    enum { N = 65 };
    float x[N], zero[N] = {0}, all[N], one, slope[N], alone;
    numbers("x", 9, N, x);
    for (int kind = ACTIVATION_GELU; kind < N_ACTIVATIONS; kind++) {
        memcpy(all, x, sizeof x);
        ops_bias_activation((enum activation)kind, N, all, zero, all);
        for (size_t i = 0; i < N; i++)
            slope[i] = 1;
        ops_activation_backward((enum activation)kind, N, x, zero, slope);
        memset(zero, 0, sizeof zero);
        for (size_t i = 0; i < N; i++) {
            one = x[i];
            ops_bias_activation((enum activation)kind, 1, &one, zero, &one);
            assert_memory_equal(&one, &all[i], sizeof one);
            alone = 1;
            ops_activation_backward((enum activation)kind, 1, &x[i], &one, &alone);
            assert_memory_equal(&alone, &slope[i], sizeof alone);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(norm_is_its_twin),
        cmocka_unit_test(norm_backward_is_the_slope),
        cmocka_unit_test(norm_of_a_constant_is_its_shift),
        cmocka_unit_test(activations_are_their_twins),
        cmocka_unit_test(activation_adds_the_bias),
        cmocka_unit_test(activations_pass_nan_on),
        cmocka_unit_test(softmax_is_its_twin),
        cmocka_unit_test(softmax_stands_extremes),
        cmocka_unit_test(softmax_backward_is_the_slope),
        cmocka_unit_test(columns_are_summed),
        cmocka_unit_test(masks_are_philox),
        cmocka_unit_test(masks_have_the_rate),
        cmocka_unit_test(masks_do_not_depend_on_the_length),
        cmocka_unit_test(bits_do_not_depend_on_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
