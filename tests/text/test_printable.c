/* test_printable: what a terminal is shown, and in how many columns. */
#include "support/support.h"

#include "text/printable.h"

static void printable_is(const char *text, size_t size, const char *expected, size_t width)
{
    struct buffer to = {0};
    size_t got = printable_add(&to, (struct str){text, size});
    buffer_add(&to, "", 1);
    if (strcmp(to.data, expected) != 0 || got != width)
        fail_msg("'%s' (%zu columns), not '%s' (%zu)", to.data, got, expected, width);
    free(to.data);
}

static void text_is_made_visible(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
        size_t width;
    } cases[] = {
        {"", "", 0},
        {"word", "word", 4},
        {"日本", "日本", 4},
        {"e\u0301", "e\u0301", 1},
        {"한글", "한글", 4},
        {"\u1100\u1161", "\u1100\u1161", 2},
        {"😀", "😀", 2},
        {"ｱ", "ｱ", 1},
        {"Ａ", "Ａ", 2},
        {"Привет", "Привет", 6},
        {"a\tb", "a\\tb", 4},
        {"\n\r", "\\n\\r", 4},
        {"\x1b[31m", "\\x1b[31m", 8},
        {"\x07\x7f", "\\x07\\x7f", 8},
        {"\xc2\x9b"
         "1m",
         "\\x9b1m", 6},
        {"\u202eabc", "\\u202eabc", 9},
        {"\u200b", "\\u200b", 6},
        {"\ufeff", "\\ufeff", 6},
        {"\u2028", "\\u2028", 6},
        {"\U000e0041", "\\U000e0041", 10},
        {"ک\u200cک", "ک\u200cک", 2},
        {"\xff\xc3", "\\xff\\xc3", 8},
        {"👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧", 2},
        {"👍🏽", "👍🏽", 2},
        {"🇩🇪", "🇩🇪", 2},
        {"🇩🇪🇫🇷", "🇩🇪🇫🇷", 4},
        {"❤️", "❤️", 2},
        {"❤", "❤", 1},
        {"1️⃣", "1️⃣", 2},
        {"x\ufe0f", "x\ufe0f", 1},
        {"🏳️\u200d🌈", "🏳️\u200d🌈", 2},
        {"🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f", 2},
        {"😀😀", "😀😀", 4},
        {"क्षि", "क्षि", 2},
        {"a\u200db", "a\u200db", 2},
        {"👩🏿\u200d🚀!", "👩🏿\u200d🚀!", 3},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", 12},
        {"\ue000", "\\ue000", 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        printable_is(cases[i].text, strlen(cases[i].text), cases[i].shown, cases[i].width);
    printable_is("a\0b", 3, "a\\x00b", 6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_made_visible),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
