/* test_elementary: near the C library's functions, and the same bits everywhere. */
#include "support/support.h"

#include <inttypes.h>
#include <math.h>

#include "base/elementary.h"
#include "base/rng.h"

enum { N = 100000 };

static double tenth(double x)
{
    return elementary_power(x, 10);
}
static double tenth_twin(double x)
{
    return pow(x, 10);
}
static double many(double x)
{
    return elementary_power(1 - x / 1000, 12345);
}
static double many_twin(double x)
{
    return pow(1 - x / 1000, 12345);
}
static double one_float(double x)
{
    float y[3] = {0, (float)x, -1};
    elementary_exp_floats(3, y);
    return (double)y[1];
}
static double float_twin(double x)
{
    return (double)(float)exp((double)(float)x);
}
static double exp10_twin(double x)
{
    return pow(10, x);
}

/* `bits`: a hash of all results. Another compiler, processor or C library must give the same. */
static const struct function {
    const char *name;
    double (*function)(double), (*twin)(double);
    double low, high;
    uint64_t bits;
} functions[] = {
    {"exp", elementary_exp, exp, -720, 709, 0xb76f78a5a7fb35bd},
    {"exp, near 0", elementary_exp, exp, -2, 2, 0x80e72777b944371},
    {"exp of floats", one_float, float_twin, -103, 1, 0x353102ec636b39c3},
    {"exp10", elementary_exp10, exp10_twin, -6, 6, 0x5c7208b90b6b53c8},
    {"log", elementary_log, log, 0, 2, 0x378af89a7c85988d},
    {"log, wide", elementary_log, log, 0, 1e300, 0xb542fd1d290ce855},
    {"log, small", elementary_log, log, 0, 1e-307, 0x86058c7b86edc9c3},
    {"sin", elementary_sin, sin, -7, 7, 0xec76e2ab74a72f89},
    {"sin, wide", elementary_sin, sin, -1048576, 1048576, 0x19a35783608a53da},
    {"cos", elementary_cos, cos, -7, 7, 0x314dd133c37f262f},
    {"cos, wide", elementary_cos, cos, -1048576, 1048576, 0xbb0e0ddabdb63fd1},
    {"power", tenth, tenth_twin, 0, 1, 0x8909b120f688b3b2},
    {"power of many", many, many_twin, 0, 1, 0x24b922786c2a39e7},
};

static double random_between(const struct function *f, uint64_t i)
{
    return f->low + (f->high - f->low) * rng_uniform(1, 2, i);
}

static void near_the_library(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        for (uint64_t i = 0; i < N; i++) {
            const struct function *f = &functions[k];
            double x = random_between(f, i), is = f->function(x), should = f->twin(x);
            if (!(fabs(is - should) <= fabs(nextafter(should, 2 * should) - should) * 2))
                fail_msg("%s of %a: %a, not %a", f->name, x, is, should);
        }
}

static void same_bits_everywhere(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++) {
        const struct function *f = &functions[k];
        uint64_t hash = 0xcbf29ce484222325; /* FNV-1a, by numbers instead of bytes */
        for (uint64_t i = 0; i < N; i++) {
            double y = f->function(random_between(f, i));
            uint64_t bits;
            memcpy(&bits, &y, sizeof bits);
            hash = (hash ^ bits) * 0x100000001b3;
            hash ^= hash >> 29;
        }
        if (hash != f->bits)
            fail_msg("%s: 0x%" PRIx64 ", not 0x%" PRIx64, f->name, hash, f->bits);
    }
}

static void stands_extremes(void **state)
{
    (void)state;
    assert_true(elementary_exp(0) == 1 && elementary_exp(-INFINITY) == 0 && elementary_exp(-1e9) == 0);
    assert_true(elementary_exp(710) == INFINITY && elementary_exp(INFINITY) == INFINITY && isnan(elementary_exp(NAN)));
    assert_true(elementary_exp(-745) == 0x1p-1074);
    assert_true(elementary_log(1) == 0 && elementary_log(0) == -INFINITY && elementary_log(INFINITY) == INFINITY);
    assert_true(isnan(elementary_log(-1)) && isnan(elementary_log(NAN)));
    assert_true(fabs(elementary_log(0x1p-1074) + 744.4400719213812) < 1e-12);
    assert_true(elementary_sin(0) == 0 && elementary_cos(0) == 1);
    assert_true(isnan(elementary_sin(INFINITY)) && isnan(elementary_cos(NAN)) && isnan(elementary_sin(1e10)));
    assert_true(elementary_power(0.9, 0) == 1 && elementary_power(0, 0) == 1 && elementary_power(0, 3) == 0);
    assert_true(elementary_power(0.9, 1) == 0.9 && elementary_power(1, 1000000) == 1 && elementary_power(0.5, 10) == 0x1p-10);
    assert_true(elementary_power(0.999, 10000000) >= 0 && elementary_power(0.999, 10000000) < 1e-300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_the_library),
        cmocka_unit_test(same_bits_everywhere),
        cmocka_unit_test(stands_extremes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
