/* Tests of schedule: factors of transformers' get_*_schedule_with_warmup. */
#include "support/support.h"

#include <math.h>

#include "train/schedule.h"

/* total, warm-up, step, linear, constant, cosine: printed by transformers 5.23 (optimization.py's lambdas). */
static const struct {
    size_t total, warmup, step;
    double factor[3];
} golden[] = {
    {10, 0, 0, {1.0, 1.0, 1.0}},
    {10, 0, 1, {0.9, 1.0, 0.9755282581475768}},
    {10, 0, 2, {0.8, 1.0, 0.9045084971874737}},
    {10, 0, 4, {0.6, 1.0, 0.6545084971874737}},
    {10, 0, 6, {0.4, 1.0, 0.34549150281252633}},
    {10, 0, 8, {0.2, 1.0, 0.09549150281252633}},
    {10, 0, 9, {0.1, 1.0, 0.024471741852423234}},
    {10, 0, 10, {0.0, 1.0, 0.0}},
    {10, 3, 0, {0.0, 0.0, 0.0}},
    {10, 3, 1, {0.3333333333333333, 0.3333333333333333, 0.3333333333333333}},
    {10, 3, 2, {0.6666666666666666, 0.6666666666666666, 0.6666666666666666}},
    {10, 3, 4, {0.8571428571428571, 1.0, 0.9504844339512095}},
    {10, 3, 6, {0.5714285714285714, 1.0, 0.6112604669781572}},
    {10, 3, 8, {0.2857142857142857, 1.0, 0.18825509907063326}},
    {10, 3, 9, {0.14285714285714285, 1.0, 0.04951556604879048}},
    {10, 3, 10, {0.0, 1.0, 0.0}},
    {7, 7, 0, {0.0, 0.0, 0.0}},
    {7, 7, 1, {0.14285714285714285, 0.14285714285714285, 0.14285714285714285}},
    {7, 7, 2, {0.2857142857142857, 0.2857142857142857, 0.2857142857142857}},
    {7, 7, 4, {0.5714285714285714, 0.5714285714285714, 0.5714285714285714}},
    {7, 7, 6, {0.8571428571428571, 0.8571428571428571, 0.8571428571428571}},
    {1, 0, 0, {1.0, 1.0, 1.0}},
    {1, 0, 1, {0.0, 1.0, 0.0}},
    {5, 9, 0, {0.0, 0.0, 0.0}},
    {5, 9, 1, {0.1111111111111111, 0.1111111111111111, 0.1111111111111111}},
    {5, 9, 2, {0.2222222222222222, 0.2222222222222222, 0.2222222222222222}},
    {5, 9, 4, {0.4444444444444444, 0.4444444444444444, 0.4444444444444444}},
};

static void test_factors_are_those_of_transformers(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof golden / sizeof *golden; i++)
        for (int k = SCHEDULE_LINEAR; k <= SCHEDULE_COSINE; k++) {
            double factor = schedule_factor((enum schedule)k, golden[i].step, golden[i].warmup, golden[i].total);
            if (!(fabs(factor - golden[i].factor[k]) <= 1e-15))
                fail_msg("row %zu, schedule %d: %.17g", i, k, factor);
        }
}

static void test_steps(void **state)
{
    (void)state;
    assert_int_equal(schedule_total_steps(3, 1756, 1), 5268);
    assert_int_equal(schedule_total_steps(3, 5, 2), 9);
    assert_int_equal(schedule_total_steps(2.5, 5, 2), 8);
    assert_int_equal(schedule_total_steps(1, 1, 8), 1);
    assert_int_equal(schedule_warmup_steps(0, 100), 0);
    assert_int_equal(schedule_warmup_steps(0.1, 101), 11);
    assert_int_equal(schedule_warmup_steps(0.1, 100), 10);
    assert_int_equal(schedule_warmup_steps(1, 100), 1);
    assert_int_equal(schedule_warmup_steps(7.9, 100), 7);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_factors_are_those_of_transformers),
        cmocka_unit_test(test_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
