/* Tests of memory: zeros wherever they must be, and what nobody writes to takes no memory. */
#include "support/support.h"

#include <stdio.h>
#include <unistd.h>

#include "base/memory.h"

static void assert_zeros(const float *x, size_t n)
{
    for (size_t i = 0; i < n; i++)
        assert_true(x[i] == 0);
}

static void test_zeros(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 1000, 3000001};
    for (size_t i = 0; i < 3; i++) {
        size_t n = sizes[i];
        float *dirty = memory_floats(n, false);
        memset(dirty, 1, n * sizeof *dirty);
        free(dirty);
        float *x = memory_floats(n, true);
        assert_int_equal((uintptr_t)x % 64, 0);
        assert_zeros(x, n);
        free(x);
        for (size_t first = 0; first < n; first += n / 3 + 1) {
            dirty = memory_floats(n, false);
            memset(dirty, 1, n * sizeof *dirty);
            free(dirty);
            x = memory_sparse(n, first, n);
            assert_zeros(x, n);
            memset(x, 1, n * sizeof *x);
            free(x);
            x = memory_sparse(n, 0, first);
            assert_zeros(x, n);
            free(x);
        }
    }
}

/* Bytes of memory that this process has now. */
static size_t resident(void)
{
    unsigned long size, pages;
    FILE *file = fopen("/proc/self/statm", "r");
    if (!file)
        skip();
    assert_int_equal(fscanf(file, "%lu %lu", &size, &pages), 2);
    fclose(file);
    return pages * (size_t)sysconf(_SC_PAGESIZE);
}

static void test_what_nobody_writes_to_takes_no_memory(void **state)
{
    (void)state;
    enum { FLOATS = 32 << 20, EDGE = 1000 };
    size_t before = resident();
    float *x = memory_sparse(FLOATS, EDGE, FLOATS - EDGE);
    for (size_t i = EDGE; i < FLOATS; i += FLOATS / 100)
        x[i] = 1;
    assert_true(resident() < before + (8 << 20));
    free(x);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_zeros),
        cmocka_unit_test(test_what_nobody_writes_to_takes_no_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
