/* Tests of optimizer: against the formulas in double, any number of threads, what is frozen. */
#include "support/support.h"

#include <math.h>
#include <omp.h>

#include "train/optimizer.h"
#include "base/rng.h"

/* A matrix longer than a chunk, and of a length that no vector divides; a vector; a frozen matrix. */
static struct parameter parameters[] = {
    {.name = (char[]){"matrix"}, .rows = 331, .columns = 211, .size = 331 * 211},
    {.name = (char[]){"vector"}, .rows = 1, .columns = 37, .is_vector = true, .offset = 69856, .size = 37},
    {.name = (char[]){"frozen"}, .rows = 3, .columns = 5, .offset = 69904, .size = 15},
};
static const struct params params = {.n_parameters = 3, .parameter = parameters, .n_floats = 69920};
static const bool frozen[3] = {false, false, true};
enum { STEPS = 4 };

static float *numbers(uint64_t stream, double scale)
{
    float *x = xcalloc(params.n_floats, sizeof *x);
    for (size_t i = 0; i < params.n_floats; i++)
        x[i] = (float)(scale * rng_normal(1, stream, i));
    return x;
}

static struct optimizer *make(void)
{
    struct optimizer *o = optimizer_new(&params);
    o->weight_decay = 0.1;
    o->frozen = frozen;
    return o;
}

static float *train(int threads)
{
    omp_set_num_threads(threads);
    struct optimizer *o = make();
    float *w = numbers(0, 0.05);
    for (size_t step = 1; step <= STEPS; step++) {
        float *g = numbers(step, 1);
        optimizer_step(o, step, 1e-2, 0.5, g, w);
        free(g);
    }
    optimizer_free(o);
    return w;
}

static void test_steps_are_the_formulas(void **state)
{
    (void)state;
    float *w = train(1), *start = numbers(0, 0.05), *g[STEPS];
    for (size_t s = 0; s < STEPS; s++)
        g[s] = numbers(s + 1, 1);
    for (size_t p = 0; p < 3; p++)
        for (size_t i = parameters[p].offset; i < parameters[p].offset + parameters[p].size; i++) {
            double x = start[i], m = 0, v = 0;
            for (size_t s = 0; s < STEPS && !frozen[p]; s++) {
                double d = 0.5 * g[s][i];
                x *= parameters[p].is_vector ? 1 : 1 - 1e-2 * 0.1;
                m = 0.9 * m + 0.1 * d;
                v = 0.999 * v + 0.001 * d * d;
                x -= 1e-2 * (m / (1 - pow(0.9, (double)s + 1))) / (sqrt(v / (1 - pow(0.999, (double)s + 1))) + 1e-8);
            }
            /* Four steps of rounding to 24 bits, of numbers up to about 0.3. */
            if (!(fabs(x - (double)w[i]) <= 1e-7))
                fail_msg("%s: element %zu is %.9g, should be %.9g", parameters[p].name, i, (double)w[i], x);
        }
    for (size_t s = 0; s < STEPS; s++)
        free(g[s]);
    free(w);
    free(start);
}

/* torch's operations one by one; early and late steps (at 16000 sqrt(1 - beta2^step) is the number before 1), no gradient, the
 * smallest, and one whose square is infinite. */
static void test_steps_have_the_bits_of_single_operations(void **state)
{
    (void)state;
    static const size_t at[] = {1, 2, 100, 16000};
    struct optimizer *o = make();
    float *w = numbers(0, 0.05), *x = numbers(0, 0.05), *g = numbers(1, 1);
    float *m = xcalloc(params.n_floats, sizeof *m), *v = xcalloc(params.n_floats, sizeof *v);
    g[0] = 0;
    g[1] = 1e-45f;
    g[2] = 1e25f;
    for (size_t s = 0; s < sizeof at / sizeof *at; s++) {
        const float root = (float)sqrt(1 - pow(0.999, (double)at[s])), size = (float)(1e-2 / (1 - pow(0.9, (double)at[s])));
        optimizer_step(o, at[s], 1e-2, 0.5, g, w);
        for (size_t i = 0; i < parameters[0].size; i++) {
            float d = g[i] * 0.5f;
            m[i] += (float)(1 - 0.9) * (d - m[i]);
            v[i] = v[i] * 0.999f + (float)(1 - 0.999) * d * d;
            x[i] = x[i] * (float)(1 - 1e-2 * 0.1) - size * (m[i] / (sqrtf(v[i]) / root + 1e-8f));
        }
        assert_memory_equal(w, x, parameters[0].size * sizeof *w);
    }
    assert_true(isinf(v[2]));
    optimizer_free(o);
    free(w);
    free(x);
    free(g);
    free(m);
    free(v);
}

static void test_bits_do_not_depend_on_threads(void **state)
{
    (void)state;
    float *one = train(1), *three = train(3);
    assert_memory_equal(one, three, params.n_floats * sizeof *one);
    free(one);
    free(three);
}

/* Rows come to life one after another; the state is taken up again in the middle. */
static void test_rows_without_gradient_have_the_bits_of_the_dense_step(void **state)
{
    (void)state;
    enum { ROWS = 331, COLUMNS = 211 };
    struct optimizer *dense = make(), *sparse = make();
    bool touched[ROWS];
    float *w = numbers(0, 0.05), *w2 = numbers(0, 0.05);
    optimizer_sparse(sparse, &parameters[0], touched);
    for (size_t step = 1; step <= STEPS; step++) {
        float *g = numbers(step, 1);
        for (size_t row = 0; row < ROWS; row++) {
            touched[row] = rng_uniform(3, step, row) < 0.2;
            for (size_t i = 0; !touched[row] && i < COLUMNS; i++)
                g[row * COLUMNS + i] = 0;
        }
        if (step == 2 || step == 3) { /* as after loading a state that was saved after the step before */
            size_t n;
            int32_t *rows = optimizer_rows(sparse, &n);
            optimizer_flush(sparse, w2);
            optimizer_set_rows(sparse, n, step == 2 ? NULL : rows);
            free(rows);
        }
        double norm = optimizer_norm(dense, g, NULL);
        assert_true(fabs(optimizer_norm(sparse, g, NULL) - norm) <= 1e-12 * norm);
        optimizer_step(dense, step, 1e-2, 0.5, g, w);
        optimizer_step(sparse, step, 1e-2, 0.5, g, w2);
        int32_t some[] = {0, ROWS / 2, ROWS / 2, ROWS - 1}; /* read between the steps, one of them twice */
        optimizer_flush_rows(sparse, 4, some, w2);
        for (size_t i = 0; i < 4; i++)
            assert_memory_equal(w + (size_t)some[i] * COLUMNS, w2 + (size_t)some[i] * COLUMNS, COLUMNS * sizeof *w);
        if (step % 2 == 0 || step == STEPS) {
            optimizer_flush(sparse, w2);
            assert_memory_equal(w, w2, params.n_floats * sizeof *w);
        }
        assert_memory_equal(dense->m, sparse->m, params.n_floats * sizeof *w);
        assert_memory_equal(dense->v, sparse->v, params.n_floats * sizeof *w);
        free(g);
    }
    free(w);
    free(w2);
    optimizer_free(dense);
    optimizer_free(sparse);
}

/* Applied in parts, by the next step, or all at the end. */
static void test_deferred_updates_have_the_bits_of_others(void **state)
{
    (void)state;
    enum { ROWS = 331, COLUMNS = 211, PART = 100 };
    struct optimizer *o = make(), *other = make();
    float *w = numbers(0, 0.05), *w2 = numbers(0, 0.05);
    optimizer_defer(o, (bool[]){true, false, true});
    assert_false(optimizer_is_deferred(o, 0, params.n_floats));
    for (size_t step = 1; step <= STEPS; step++) {
        float *g = numbers(step, 1), before = w[5];
        optimizer_step(other, step, 1e-2, 0.5, g, w2);
        optimizer_step(o, step, 1e-2, 0.5, g, w);
        assert_true(w[5] == before);
        assert_true(optimizer_is_deferred(o, 0, ROWS * COLUMNS));
        assert_true(optimizer_is_deferred(o, 0, 1));
        assert_false(optimizer_is_deferred(o, parameters[1].offset, params.n_floats - parameters[1].offset));
        assert_memory_equal(w + parameters[1].offset, w2 + parameters[1].offset, parameters[1].size * sizeof *w);
        if (step == 1) {
            optimizer_apply(o, 0, ROWS, COLUMNS, PART);
            optimizer_apply(o, PART, ROWS, COLUMNS, COLUMNS - PART);
            optimizer_applied(o, 0, ROWS * COLUMNS);
        } else if (step == 2) {
            step++;
            optimizer_step(other, step, 1e-2, 0.5, g, w2);
            optimizer_step(o, step, 1e-2, 0.5, g, w);
        }
        if (step != 1)
            optimizer_flush(o, w);
        assert_false(optimizer_is_deferred(o, 0, params.n_floats));
        assert_memory_equal(w, w2, params.n_floats * sizeof *w);
        assert_memory_equal(o->m, other->m, params.n_floats * sizeof *w);
        assert_memory_equal(o->v, other->v, params.n_floats * sizeof *w);
        free(g);
    }
    free(w);
    free(w2);
    optimizer_free(o);
    optimizer_free(other);
}

static void test_norm(void **state)
{
    (void)state;
    struct optimizer *o = make();
    float *g = numbers(9, 1e-3);
    double sum = 0, norm[3];
    for (size_t p = 0; p < 2; p++)
        for (size_t i = parameters[p].offset; i < parameters[p].offset + parameters[p].size; i++)
            sum += (double)g[i] * (double)g[i];
    for (int threads = 1; threads <= 3; threads++) {
        omp_set_num_threads(threads);
        norm[threads - 1] = optimizer_norm(o, g, NULL);
    }
    assert_true(fabs(norm[0] - sqrt(sum)) <= 1e-12 * sqrt(sum));
    assert_memory_equal(&norm[0], &norm[1], sizeof *norm);
    assert_memory_equal(&norm[0], &norm[2], sizeof *norm);
    g[parameters[2].offset] = NAN;
    assert_true(isfinite(optimizer_norm(o, g, NULL)));
    g[parameters[1].offset + 36] = NAN;
    assert_false(isfinite(optimizer_norm(o, g, NULL)));
    free(g);
    optimizer_free(o);
}

static void test_clipping_is_clip_grad_norm_(void **state)
{
    (void)state;
    assert_true(optimizer_clip_factor(0, 1) == 1);
    assert_true(optimizer_clip_factor(0.5, 1) == 1);
    assert_true(optimizer_clip_factor(4, 1) == 1 / (4 + 1e-6));
    assert_true(optimizer_clip_factor(1, 1) == 1 / (1 + 1e-6));
    assert_true(optimizer_clip_factor(4, 0.5) == 0.5 / (4 + 1e-6));
    assert_true(optimizer_clip_factor(4, 0) == 1);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_steps_are_the_formulas),
        cmocka_unit_test(test_bits_do_not_depend_on_threads),
        cmocka_unit_test(test_steps_have_the_bits_of_single_operations),
        cmocka_unit_test(test_rows_without_gradient_have_the_bits_of_the_dense_step),
        cmocka_unit_test(test_deferred_updates_have_the_bits_of_others),
        cmocka_unit_test(test_norm),
        cmocka_unit_test(test_clipping_is_clip_grad_norm_),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
