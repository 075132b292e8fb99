/* test_visible: what a message shows of hostile text. */
#include "support/support.h"

#include "base/visible.h"

static void what_acts_on_a_terminal_is_shown(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"plain, \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", "plain, \xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80"},
        {"\x1b[31m\a\b\t\x7f", "\\x1b[31m\\x07\\x08\\x09\\x7f"},
        {"two\nlines\r", "two lines "},
        {"\xc2\x9b"
         "31m \xc2\x85",
         "\\x9b31m \\x85"},
        {"\xe2\x80\xae \xe2\x81\xa6 \xe2\x81\xa9 \xd8\x9c \xe2\x80\x8f", "\\u202e \\u2066 \\u2069 \\u061c \\u200f"},
        {"\xef\xbb\xbf \xe2\x80\x8b \xf3\xa0\x80\xa1", "\\ufeff \\u200b \\U000e0021"},
        {"\xe2\x80\x8d joins", "\xe2\x80\x8d joins"},
        {"\xff \xc0\xaf \xe2\x82 \xed\xa0\x80 \xf4\x90\x80\x80",
         "\\xff \\xc0\\xaf \\xe2\\x82 \\xed\\xa0\\x80 \\xf4\\x90\\x80\\x80"},
        {"\xe2", "\\xe2"},
        {"", ""},
    };
    char shown[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        visible_copy(shown, sizeof shown, cases[i][0]);
        assert_string_equal(shown, cases[i][1]);
    }
    visible_copy(shown, 6,
                 "abc\x1b"
                 "d"); /* no part of an escape */
    assert_string_equal(shown, "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_acts_on_a_terminal_is_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
