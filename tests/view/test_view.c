/* test_view: what a terminal is shown, and in which column. */
#include "support/support.h"

#include "view/view.h"

static void clean_is(const char *text, size_t size, const char *expected, size_t width)
{
    struct buffer to = {0};
    size_t got = view_clean(&to, (struct str){text, size});
    buffer_add(&to, "", 1);
    if (strcmp(to.data, expected) != 0 || got != width)
        fail_msg("'%s' (%zu columns), not '%s' (%zu)", to.data, got, expected, width);
    free(to.data);
}

static void text_is_made_visible(void **state)
{
    (void)state;
    static const struct { const char *text, *shown; size_t width; } cases[] = {
        {"", "", 0}, {"word", "word", 4}, {"日本", "日本", 4}, {"e\u0301", "e\u0301", 1}, {"한글", "한글", 4},
        {"\u1100\u1161", "\u1100\u1161", 2}, {"😀", "😀", 2}, {"ｱ", "ｱ", 1}, {"Ａ", "Ａ", 2}, {"Привет", "Привет", 6},
        {"a\tb", "a\\tb", 4}, {"\n\r", "\\n\\r", 4}, {"\x1b[31m", "\\x1b[31m", 8}, {"\x07\x7f", "\\x07\\x7f", 8},
        {"\xc2\x9b" "1m", "\\x9b1m", 6}, {"\u202eabc", "\\u202eabc", 9}, {"\u200b", "\\u200b", 6}, {"\ufeff", "\\ufeff", 6},
        {"\u2028", "\\u2028", 6}, {"\U000e0041", "\\U000e0041", 10},
        {"ک\u200cک", "ک\u200cک", 2}, {"\xff\xc3", "\\xff\\xc3", 8},
        {"👩\u200d👩\u200d👧", "👩\u200d👩\u200d👧", 2}, {"👍🏽", "👍🏽", 2}, {"🇩🇪", "🇩🇪", 2}, {"🇩🇪🇫🇷", "🇩🇪🇫🇷", 4},
        {"❤️", "❤️", 2}, {"❤", "❤", 1}, {"1️⃣", "1️⃣", 2}, {"x\ufe0f", "x\ufe0f", 1}, {"🏳️\u200d🌈", "🏳️\u200d🌈", 2},
        {"🏴\U000e0067\U000e0062\U000e007f", "🏴\U000e0067\U000e0062\U000e007f", 2}, {"😀😀", "😀😀", 4}, {"क्षि", "क्षि", 2},
        {"a\u200db", "a\u200db", 2}, {"👩🏿\u200d🚀!", "👩🏿\u200d🚀!", 3},
        {"\xed\xa0\x80", "\\xed\\xa0\\x80", 12}, {"\ue000", "\\ue000", 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        clean_is(cases[i].text, strlen(cases[i].text), cases[i].shown, cases[i].width);
    clean_is("a\0b", 3, "a\\x00b", 6);
}

static void table_is(size_t n_columns, const char *const *cell, size_t width, const char *expected)
{
    struct table table = {0};
    struct buffer to = {0};
    table_clear(&table, n_columns);
    for (; *cell; cell++)
        table_add(&table, (struct str){*cell, strlen(*cell)}, STYLE_ERROR);
    table_print(&table, &to, width, false);
    buffer_add(&to, "", 1);
    assert_string_equal(to.data, expected);
    free(to.data);
    table_free(&table);
}

static void columns_are_as_wide_as_their_widest_cell(void **state)
{
    (void)state;
    static const char *const course[] = {"EU", "rejects", "German", "call", "B-ORG", "O", "B-MISC", "O", NULL};
    table_is(4, course, 0, "EU    rejects German call\nB-ORG O       B-MISC O\n");
    static const char *const wide[] = {"日本", "e\u0301e", "x", "O", "B-LOC", "O", NULL};
    table_is(3, wide, 0, "日本 e\u0301e    x\nO    B-LOC O\n");
    static const char *const marks[] = {"a", "b", "c", "O", "B-X", "O", "", "^^^", "", NULL};
    table_is(3, marks, 0, "a b   c\nO B-X O\n  ^^^\n");
    static const char *const empty[] = {"", "b", "O", "O", NULL};
    table_is(2, empty, 0, "  b\nO O\n");
    static const char *const none[] = {NULL};
    table_is(0, none, 0, "");
}

static void lines_break_where_the_terminal_ends(void **state)
{
    (void)state;
    static const char *const cells[] = {"EU", "rejects", "German", "call", "B-ORG", "O", "B-MISC", "O",
                                        "", "", "^^^^^^", "", NULL};
    table_is(4, cells, 13, "EU    rejects\nB-ORG O\nGerman call\nB-MISC O\n^^^^^^\n");
    table_is(4, cells, 20, "EU    rejects German\nB-ORG O       B-MISC\n              ^^^^^^\ncall\nO\n");
    table_is(4, cells, 1, "EU\nB-ORG\nrejects\nO\nGerman\nB-MISC\n^^^^^^\ncall\nO\n");
}

static void colours_do_not_move_columns(void **state)
{
    (void)state;
    struct table table = {0};
    struct buffer to = {0};
    table_clear(&table, 2);
    table_add(&table, (struct str){"ab", 2}, STYLE_PLAIN);
    table_add(&table, (struct str){"c", 1}, STYLE_PLAIN);
    table_add(&table, (struct str){"O", 1}, STYLE_DIM);
    table_add(&table, (struct str){"B-X", 3}, STYLE_TYPE);
    table_print(&table, &to, 0, true);
    buffer_add(&to, "", 1);
    assert_string_equal(to.data, "ab c\n\033[2mO\033[0m  \033[32mB-X\033[0m\n");
    free(to.data);
    table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_made_visible), cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(lines_break_where_the_terminal_ends), cmocka_unit_test(colours_do_not_move_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
