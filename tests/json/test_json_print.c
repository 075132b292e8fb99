/* test_json_print: any string and any number has a form. */
#include "support/support.h"

#include <math.h>

#include "json/json_print.h"

static void assert_text(struct buffer *got, const char *expected)
{
    buffer_add(got, "", 1);
    assert_string_equal(got->data, expected);
    got->n = 0;
}

static void strings_that_are_not_utf8_become_printable(void **state)
{
    (void)state;
    struct buffer to = {0};
    json_print_string(&to, "a\"\x1b\xc3\xa9");
    assert_text(&to, "\"a\\\"\\u001b\xc3\xa9\"");
    json_print_str(&to, (struct str){"a\xff\x1b", 3});
    assert_text(&to, "\"a\\\\xff\\\\x1b\"");
    json_print_str(&to, (struct str){NULL, 0});
    assert_text(&to, "\"\"");
    free(to.data);
}

static void numbers_read_back_the_same(void **state)
{
    (void)state;
    struct buffer to = {0};
    json_print_number(&to, "\"x\": ", 2.0 / 3);
    json_print_number(&to, ", ", 1);
    json_print_number(&to, ", ", NAN);
    json_print_number(&to, ", ", -INFINITY);
    json_print_count(&to, ", ", UINT64_MAX);
    assert_text(&to, "\"x\": 0.6666666666666666, 1.0, null, null, 18446744073709551615");
    free(to.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings_that_are_not_utf8_become_printable),
        cmocka_unit_test(numbers_read_back_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
