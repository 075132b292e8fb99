/* test_split: sizes of parts, by units of any size; whole documents, windows and the order. */
#include "support/support.h"

#include "base/rng.h"
#include "corpus/split_plan.h"

static void check_sizes(const char *parts, size_t n, const size_t *size, uint64_t seed, double most_off)
{
    double share[SPLIT_PARTS_MAX], all = 0;
    size_t n_parts = split_shares(parts, share), sum[SPLIT_PARTS_MAX] = {0}, units[SPLIT_PARTS_MAX] = {0}, total = 0;
    size_t *part = xmalloc(n, sizeof *part);
    split_plan(n, size, n_parts, share, seed, part);
    for (size_t i = 0; i < n; i++) {
        assert_true(part[i] < n_parts);
        sum[part[i]] += size[i];
        units[part[i]]++;
        total += size[i];
    }
    for (size_t k = 0; k < n_parts; k++)
        all += share[k];
    for (size_t k = 0; k < n_parts; k++) {
        double off = (double)sum[k] - (double)total * share[k] / all;
        assert_true(off <= most_off && off >= -most_off);
        assert_true(units[k] > 0);
    }
    free(part);
}

static void test_sentences(void **state)
{
    (void)state;
    static size_t one[1000];
    for (size_t i = 0; i < 1000; i++)
        one[i] = 1;
    for (uint64_t seed = 0; seed < 20; seed++) {
        check_sizes("80:10:10", 1000, one, seed, 0);
        check_sizes("0.8:0.1:0.1", 100, one, seed, 1e-9);
        check_sizes("1:1:1", 100, one, seed, 0.99);
        check_sizes("70:20:5:5", 997, one, seed, 0.99);
        check_sizes("80:10:10", 3, one, seed, 1.41); /* one each */
    }
}

/* Whole documents: off by half of a large one where there are few, and not at all where there are many. */
static void test_documents(void **state)
{
    (void)state;
    static size_t size[200];
    for (uint64_t seed = 0; seed < 50; seed++) {
        for (size_t i = 0; i < 200; i++)
            size[i] = 1 + (size_t)(30 * rng_uniform(seed, 1, i));
        check_sizes("80:10:10", 200, size, seed, 0.99);
        check_sizes("80:10:10", 20, size, seed, 15);
        check_sizes("80:10:10", 3, size, seed, 1000); /* one each, whatever the sizes */
        for (size_t i = 0; i < 20; i++)
            size[i] = 10;
        check_sizes("80:10:10", 20, size, seed, 0);
        check_sizes("1:1:1", 20, size, seed, 7);
    }
}

/* The parts are the same on every machine: this one is written down. Another seed gives others. */
static void test_seed(void **state)
{
    (void)state;
    static const size_t size[] = {4, 1, 3, 2, 5, 2, 1, 2}, want[] = {0, 0, 2, 0, 0, 0, 1, 0};
    static const double share[] = {8, 1, 1};
    size_t part[8], other[8], differ = 0;
    split_plan(8, size, 3, share, 1, part);
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(part[i], want[i]);
    for (uint64_t seed = 2; seed < 8; seed++) {
        split_plan(8, size, 3, share, seed, other);
        differ += memcmp(part, other, sizeof part) != 0;
    }
    assert_true(differ > 3);
}

static void read_shares(void *text)
{
    double share[SPLIT_PARTS_MAX];
    split_shares(text, share);
}

static void test_wrong_shares(void **state)
{
    (void)state;
    static const char *const wrong[] = {"80",    "",      "80:",  "80:x",  "80:0:20", "80:-1",
                                        "1:inf", "1:nan", "1::1", "80 20", "80,20",   "1:1:1:1:1:1:1:1:1:1:1:1:1:1:1:1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_dies(read_shares, (void *)(uintptr_t)wrong[i], "--parts ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sentences),
        cmocka_unit_test(test_documents),
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_wrong_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
