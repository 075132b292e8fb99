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

static void test_places_and_differences(void **state)
{
    (void)state;
    char o[] = "O", b[] = "B-X", i[] = "I-X", z[] = "Z";
    char *const name[] = {o, b, i}, *const moved[] = {i, o, b}, *const other[] = {b, o, z}, *const twice[] = {o, b, b};
    int32_t *place = names_places(3, name, 3, other);
    assert_memory_equal(place, ((int32_t[]){1, 0, -1}), 3 * sizeof *place);
    free(place);
    place = names_same(3, name, 3, moved);
    assert_memory_equal(place, ((int32_t[]){1, 2, 0}), 3 * sizeof *place);
    free(place);
    assert_null(names_same(3, name, 3, other));
    assert_null(names_same(3, twice, 3, name));
    assert_null(names_same(3, name, 3, twice));
    assert_null(names_same(2, name, 3, moved));
    place = names_same(3, twice, 3, twice);
    assert_memory_equal(place, ((int32_t[]){0, 1, 2}), 3 * sizeof *place);
    free(place);
    place = names_same(0, NULL, 0, NULL);
    assert_non_null(place);
    free(place);
    char *text = names_difference("here has", 3, name, "there has", 3, other);
    assert_string_equal(text, "only here has I-X; only there has Z");
    free(text);
    text = names_difference("here has", 0, NULL, "there has", 3, other);
    assert_string_equal(text, "only there has B-X, O, Z");
    free(text);
    text = names_difference("here has", 3, name, "there has", 3, moved);
    assert_string_equal(text, "");
    free(text);
    char one[9][2], *many[9];
    for (size_t k = 0; k < 9; k++) {
        one[k][0] = (char)('a' + k);
        one[k][1] = 0;
        many[k] = one[k];
    }
    text = names_difference("it has", 9, many, "", 0, NULL);
    assert_string_equal(text, "only it has a, b, c, d, e, f and 3 more");
    free(text);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_joining), cmocka_unit_test(test_places_and_differences),
                                              cmocka_unit_test(test_too_many_names)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
