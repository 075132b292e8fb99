/* The AMX kernels over a model of the processor: what the model computes, that tiles are released, and kernels that begin and
 * end at every row and column. Where the processor has AMX, its bits and the model's. */
#include "support/amx_model.h"
#include "support/support.h"

#include "base/rng.h"
#include "gemm/gemm.h"

enum { ROWS = 32, COLUMNS = 32, GAP = 3 };

static float draw(uint64_t stream, uint64_t i)
{
    return (float)(rng_uniform(7, stream, i) - 0.5);
}

/* c plus a row of A times a column of B. */
static float dot(float c, const float left[32], const float right[32])
{
    float chain[2] = {0};
    for (size_t p = 0; p < 32; p++)
        chain[p % 2] = fmaf(left[p], right[p], chain[p % 2]);
    return c + (chain[0] + chain[1]);
}

/* By the kernel: the element (0, 0) of one step. */
static float kernel_dot(float c, const float left[32], const float right[32])
{
    uint32_t a[16], b[16 * COLUMNS];
    float sum[COLUMNS] = {c};
    struct gemm_ahead nothing = {.rows = 0};
    struct gemm_out out = {GEMM_ADD, sum, COLUMNS, NULL, 0};
    amx_model_bf16.row(32, left, a);
    amx_model_bf16.transpose(1, COLUMNS, 32, right, 32, b);
    amx_model_bf16.tile(1, COLUMNS, 32, a, 16, 1, b, COLUMNS, &out, &nothing);
    amx_model_bf16.job_done();
    return sum[0];
}

/* Values whose sums differ in another order, or with other rounding. */
static void sums_in_the_order_of_the_manual(void **state)
{
    (void)state;
    const float big = 0x1p24f;
    float left[32] = {1, 1, 1}, right[32] = {big, 1, 1};
    assert_true(kernel_dot(0, left, right) == big);  /* big + 1 is rounded to even, big + 0 + 1 too */
    assert_true(kernel_dot(-big, left, right) == 0); /* and C is added last */
    float other[32] = {big, 1, -big, 1};
    for (size_t i = 0; i < 4; i++)
        left[i] = 1;
    assert_true(kernel_dot(0, left, other) == 2); /* big - big in the one chain, 1 + 1 in the other */
    for (uint64_t n = 0; n < 2000; n++) {
        float x[32], y[32], c = draw(3, n);
        for (uint64_t p = 0; p < 32; p++) { /* bfloat16: 8 bits */
            x[p] = floorf(256 * draw(1, 32 * n + p)) * ldexpf(1, (int)(40 * draw(4, 32 * n + p)));
            y[p] = floorf(256 * draw(2, 32 * n + p));
        }
        assert_true(kernel_dot(c, x, y) == dot(c, x, y));
    }
}

static void denormal_numbers_are_zero(void **state)
{
    (void)state;
    float x[32] = {0x1p-127f}, y[32] = {0x1p100f};
    assert_true(kernel_dot(0, x, y) == 0);
    x[0] = 0x1p-126f;
    assert_true(kernel_dot(0, x, y) == 0x1p-26f);
    y[0] = 0.5f;
    assert_true(kernel_dot(0, x, y) == 0);
    y[0] = 1;
    assert_true(kernel_dot(0x1p-130f, x, y) == 0x1p-126f);
    x[0] = INFINITY;
    assert_true(isinf(kernel_dot(0, x, y)));
    y[0] = 0;
    assert_true(isnan(kernel_dot(0, x, y)));
}

/* One tile of the product, and what it leaves alone. */
struct problem {
    size_t rows, columns, k, pairs;
    uint32_t *a, *b;
    float *c;
};

static struct problem problem_new(uint64_t seed, size_t rows, size_t columns, size_t k)
{
    struct problem p = {rows, columns, k, (k + 31) / 32 * 16, NULL, NULL, NULL};
    float *left = xmalloc(rows, k * sizeof *left), *right = xmalloc(columns, k * sizeof *right);
    for (uint64_t i = 0; i < rows * k; i++)
        left[i] = draw(2 * seed, i) * (i % 7 ? 1 : 0x1p-125f); /* some are denormal, or their products are */
    for (uint64_t i = 0; i < columns * k; i++)
        right[i] = draw(2 * seed + 1, i);
    p.a = xcalloc(rows * p.pairs, sizeof *p.a);
    p.b = xcalloc(COLUMNS * p.pairs, sizeof *p.b);
    p.c = xmalloc(ROWS * (COLUMNS + GAP), sizeof *p.c);
    for (size_t i = 0; i < rows; i++)
        amx_model_bf16.row(k, left + i * k, p.a + i * p.pairs);
    amx_model_bf16.transpose(columns, COLUMNS, k, right, k, p.b);
    for (uint64_t i = 0; i < ROWS * (COLUMNS + GAP); i++)
        p.c[i] = draw(100, i);
    free(left);
    free(right);
    return p;
}

static void problem_free(struct problem *p)
{
    free(p->a);
    free(p->b);
    free(p->c);
}

static double run(const struct gemm_kernel *kernel, const struct problem *p, size_t first, size_t rows, enum gemm_store store,
                  float *c)
{
    float squares[ROWS / GEMM_SQUARES_ROWS][COLUMNS / GEMM_SQUARES_COLUMNS] = {{0}};
    struct gemm_ahead nothing = {.rows = 0};
    struct gemm_out out = {store, c, COLUMNS + GAP, squares[0], COLUMNS / GEMM_SQUARES_COLUMNS};
    memcpy(c, p->c, ROWS * (COLUMNS + GAP) * sizeof *c);
    kernel->tile(rows, p->columns, p->k, p->a + first * p->pairs, p->pairs, 1, p->b, COLUMNS, &out, &nothing);
    out.squares = NULL; /* stored in another way, with the same bits */
    float again[ROWS * (COLUMNS + GAP)];
    memcpy(again, p->c, sizeof again);
    out.c = again;
    kernel->tile(rows, p->columns, p->k, p->a + first * p->pairs, p->pairs, 1, p->b, COLUMNS, &out, &nothing);
    assert_memory_equal(c, again, sizeof again);
    kernel->job_done();
    double sum = 0;
    for (size_t i = 0; i < ROWS / GEMM_SQUARES_ROWS; i++)
        sum += (double)squares[i][0] + (double)squares[i][1];
    return sum;
}

/* Any rows have the bits that each has alone; the gap and the rows after them stay. */
static void rows_have_the_same_bits(void **state)
{
    (void)state;
    float c[ROWS * (COLUMNS + GAP)], alone[ROWS * (COLUMNS + GAP)];
    for (size_t rows = 1; rows <= ROWS; rows++)
        for (enum gemm_store store = GEMM_SET; store <= GEMM_ADD; store++) {
            struct problem p = problem_new(rows, rows, 1 + 11 * rows % COLUMNS, 1 + 29 * rows % 100);
            double squares = run(&amx_model_bf16, &p, 0, rows, store, c);
            double sum = 0;
            for (size_t i = 0; i < ROWS; i++) {
                const float *got = c + i * (COLUMNS + GAP), *before = p.c + i * (COLUMNS + GAP);
                size_t written = i < rows ? p.columns : 0;
                assert_memory_equal(got + written, before + written, (COLUMNS + GAP - written) * sizeof *got);
                if (i >= rows)
                    continue;
                memmove(p.c, before, p.columns * sizeof *before);
                run(&amx_model_bf16, &p, i, 1, store, alone);
                assert_memory_equal(got, alone, p.columns * sizeof *got);
                for (size_t j = 0; j < p.columns; j++)
                    sum += (double)got[j] * (double)got[j];
            }
            assert_true(fabs(squares - sum) <= 1e-6 * sum);
            problem_free(&p);
        }
}

#ifdef GEMM_AMX
extern const struct gemm_kernel gemm_amx_bf16;
extern const struct gemm_int8_kernel gemm_int8_amx;

static void the_processor_has_the_same_bits(void **state)
{
    (void)state;
    float c[ROWS * (COLUMNS + GAP)], want[ROWS * (COLUMNS + GAP)];
    if (!gemm_amx_bf16.runs_here())
        return;
    for (size_t n = 0; n < 2000; n++) {
        struct problem p = problem_new(n, 1 + n % ROWS, 1 + 7 * n % COLUMNS, 1 + 13 * n % 200);
        enum gemm_store store = n % 3 ? GEMM_ADD : GEMM_SET;
        run(&gemm_amx_bf16, &p, 0, p.rows, store, c);
        run(&amx_model_bf16, &p, 0, p.rows, store, want);
        assert_memory_equal(c, want, sizeof c);
        problem_free(&p);
    }
}

/* What the processor's own instructions pack: as the model does. */
static void panels_are_the_same(void **state)
{
    (void)state;
    enum { K = 70, LD = 75 };
    static float from[LD * LD];
    static uint32_t panel[K * COLUMNS], want[K * COLUMNS];
    if (!gemm_amx_bf16.runs_here())
        return;
    for (uint64_t i = 0; i < LD * LD; i++)
        from[i] = draw(9, i);
    for (size_t k = 1; k <= K; k++)
        for (size_t width = 1; width <= COLUMNS; width += 5) {
            size_t bytes = (k + 1) / 2 * COLUMNS * sizeof *panel;
            gemm_amx_bf16.transpose(width, COLUMNS, k, from, LD, panel);
            amx_model_bf16.transpose(width, COLUMNS, k, from, LD, want);
            assert_memory_equal(panel, want, bytes);
            gemm_amx_bf16.copy(width, COLUMNS, k, from, LD, panel);
            amx_model_bf16.copy(width, COLUMNS, k, from, LD, want);
            assert_memory_equal(panel, want, bytes);
            gemm_amx_bf16.row(k, from, panel);
            amx_model_bf16.row(k, from, want);
            assert_memory_equal(panel, want, (k + 1) / 2 * sizeof *panel);
        }
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_in_the_order_of_the_manual), cmocka_unit_test(denormal_numbers_are_zero),
        cmocka_unit_test(rows_have_the_same_bits),
#ifdef GEMM_AMX
        cmocka_unit_test(the_processor_has_the_same_bits), cmocka_unit_test(panels_are_the_same),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
