/* Tests of names. */
#include "support/support.h"

#include "base/names.h"

static void assert_joined(size_t n, char *const *name, const char *expected)
{
    char *text = names_join(n, name);
    assert_string_equal(text, expected);
    free(text);
}

static void test_joining(void **state)
{
    (void)state;
    static char a[] = "a", bc[] = "bc", d[] = "d", *const name[] = {a, bc, d};
    assert_joined(0, NULL, "");
    assert_joined(1, name, "a");
    assert_joined(3, name, "a, bc, d");
}

static void test_too_many_names(void **state)
{
    (void)state;
    static char x[] = "x";
    char *name[300];
    for (size_t i = 0; i < 300; i++)
        name[i] = x;
    char *text = names_join(300, name);
    assert_string_equal(text + strlen(text) - strlen("x, x and 44 more"), "x, x and 44 more");
    assert_int_equal(strlen(text), 256 * 3 - 2 + strlen(" and 44 more"));
    free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_joining), cmocka_unit_test(test_too_many_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
