/* test_table: in which column a cell stands. */
#include "support/support.h"

#include "text/table.h"

static void table_is(size_t n_columns, const char *const *cell, size_t width, const char *expected)
{
    struct table table = {0};
    struct buffer to = {0};
    table_clear(&table, n_columns);
    for (; *cell; cell++)
        table_add(&table, (struct str){*cell, strlen(*cell)}, TABLE_ERROR);
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
    static const char *const cells[] = {"EU", "rejects", "German", "call",   "B-ORG", "O", "B-MISC",
                                        "O",  "",        "",       "^^^^^^", "",      NULL};
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
    table_add(&table, (struct str){"ab", 2}, TABLE_PLAIN);
    table_add(&table, (struct str){"c", 1}, TABLE_PLAIN);
    table_add(&table, (struct str){"O", 1}, TABLE_DIM);
    table_add(&table, (struct str){"B-X", 3}, TABLE_TYPE);
    table_print(&table, &to, 0, true);
    buffer_add(&to, "", 1);
    assert_string_equal(to.data, "ab c\n\033[2mO\033[0m  \033[38;5;167mB-X\033[0m\n");
    free(to.data);
    table_free(&table);
}

static void strings_and_formats_are_cells(void **state)
{
    (void)state;
    struct table table = {.right = true};
    struct buffer to = {0};
    table_clear(&table, 2);
    table_add_string(&table, "a\x1b");
    table_add_format(&table, "%d", 7);
    table_add_string(&table, "b");
    table_add_format(&table, "%.1f", 12.5);
    table_print(&table, &to, 0, false);
    buffer_add(&to, "", 1);
    assert_string_equal(to.data, "a\\x1b    7\nb     12.5\n");
    free(to.data);
    table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell),
        cmocka_unit_test(lines_break_where_the_terminal_ends),
        cmocka_unit_test(colours_do_not_move_columns),
        cmocka_unit_test(strings_and_formats_are_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
