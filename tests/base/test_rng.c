/* test_rng: Philox's known answers, and that what is made of it is what it says. */
#include "support/support.h"

#include <math.h>

#include "base/rng.h"

/* kat_vectors of Random123, philox4x32 with 10 rounds. */
static void known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], answer[4];
    } cases[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const uint32_t *c = cases[i].counter, *k = cases[i].key;
        struct rng4 r = rng_philox((uint64_t)k[1] << 32 | k[0], (uint64_t)c[3] << 32 | c[2], (uint64_t)c[1] << 32 | c[0]);
        assert_memory_equal(r.v, cases[i].answer, sizeof r.v);
    }
}

/* Mean and variance of 200000 draws lie within five standard errors. */
static void moments(void **state)
{
    (void)state;
    enum { N = 200000 };
    double sum = 0, squares = 0, fourth = 0, uniform = 0, bins[16] = {0};
    for (uint64_t i = 0; i < N; i++) {
        double x = rng_normal(42, 7, i), u = rng_uniform(42, 8, i);
        assert_true(isfinite(x) && u >= 0 && u < 1);
        sum += x;
        squares += x * x;
        fourth += x * x * x * x;
        uniform += u;
        bins[(int)(16 * u)]++;
    }
    assert_true(fabs(sum / N) < 5 / sqrt(N));
    assert_true(fabs(squares / N - 1) < 5 * sqrt(2.0 / N));
    assert_true(fabs(fourth / N - 3) < 5 * sqrt(96.0 / N));
    assert_true(fabs(uniform / N - 0.5) < 5 * sqrt(1.0 / 12 / N));
    double chi = 0;
    for (int b = 0; b < 16; b++)
        chi += (bins[b] - N / 16.0) * (bins[b] - N / 16.0) / (N / 16.0);
    assert_true(chi < 45); /* 15 degrees of freedom: beyond it once in 10000 */
}

static void shuffles_are_permutations_and_differ(void **state)
{
    (void)state;
    size_t a[100], b[100], seen[100] = {0}, same = 0, fixed = 0;
    rng_shuffle(42, 1, 100, a);
    rng_shuffle(42, 1, 100, b);
    assert_memory_equal(a, b, sizeof a);
    rng_shuffle(42, 2, 100, b);
    for (size_t i = 0; i < 100; i++) {
        seen[a[i]]++;
        same += a[i] == b[i];
        fixed += a[i] == i;
    }
    for (size_t i = 0; i < 100; i++)
        assert_int_equal(seen[i], 1);
    assert_true(same < 10 && fixed < 10);
    rng_shuffle(42, 1, 0, a);
    rng_shuffle(42, 1, 1, a);
    assert_int_equal(a[0], 0);
}

/* Each of the 24 orders of four comes as often as the others. */
static void every_order_is_as_likely(void **state)
{
    (void)state;
    enum { N = 24000 };
    int count[256] = {0};
    for (uint64_t seed = 0; seed < N; seed++) {
        size_t order[4];
        rng_shuffle(seed, 0, 4, order);
        count[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
    }
    double chi = 0;
    int orders = 0;
    for (int i = 0; i < 256; i++)
        if (count[i]) {
            orders++;
            chi += (count[i] - N / 24.0) * (count[i] - N / 24.0) / (N / 24.0);
        }
    assert_int_equal(orders, 24);
    assert_true(chi < 60); /* 23 degrees of freedom: beyond it once in 30000 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_answers),
        cmocka_unit_test(moments),
        cmocka_unit_test(shuffles_are_permutations_and_differ),
        cmocka_unit_test(every_order_is_as_likely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
