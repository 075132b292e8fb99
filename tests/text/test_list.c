/* Tests of list: where elements begin and end. */
#include "support/support.h"

#include "text/list.h"

static void elements(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        char separator;
        const char *element[4];
    } cases[] = {
        {"", ',', {NULL}},  {"a", ',', {"a"}}, {"a,bc,d", ',', {"a", "bc", "d"}}, {"a,,b", ',', {"a", "", "b"}},
        {"a,", ',', {"a"}}, {",", ',', {""}},  {"a,b\nc", '\n', {"a,b", "c"}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *rest = cases[i].list;
        struct str element;
        size_t n = 0;
        for (; list_next(&rest, cases[i].separator, &element); n++)
            assert_true(cases[i].element[n] && str_is(element, cases[i].element[n]));
        assert_null(cases[i].element[n]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(elements)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
