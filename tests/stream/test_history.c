/* Tests of history: the tools that a header tells. */
#include "support/support.h"

#include "stream/history.h"

static void words_of_each_tool(void **state)
{
    (void)state;
    static const char *const arguments[] = {"--rule", "first"};
    struct header *h = header_new("sentence");
    header_add_history(h, "conll2msg", "0.2.0", 0, NULL);
    header_add_history(h, "alignlbl", "0.2.0", 2, arguments);
    struct history history = history_of(h);
    assert_true(history_next(&history));
    assert_true(history.words.n == 1 && str_is(history.words.data[0], "conll2msg"));
    assert_true(history_next(&history));
    assert_true(history.words.n == 3 && str_is(history.words.data[0], "alignlbl") && str_is(history.words.data[2], "first"));
    assert_false(history_next(&history));
    header_free(h);
}

/* Of an entry that no tool here has written, only what is as expected is read. */
static void foreign_entries(void **state)
{
    (void)state;
    struct bytes entries = {0};
    add_hex(&entries,
            "01 82 a4 74 6f 6f 6c 07 a4 61 72 67 73 93 a1 61 02 a1 62 80"); /* 1, {"tool": 7, "args": ["a", 2, "b"]}, {} */
    struct header h = {.history = entries.data, .history_size = entries.n, .n_history = 3};
    struct history history = history_of(&h);
    assert_true(history_next(&history) && history.words.n == 0);
    assert_true(history_next(&history) && history.words.n == 1 && str_is(history.words.data[0], "a"));
    assert_true(history_next(&history) && history.words.n == 0);
    assert_false(history_next(&history));
    free(entries.data);
}

/* UndefinedBehaviorSanitizer of clang looks at what is computed from NULL. */
static void no_history(void **state)
{
    (void)state;
    struct header *h = header_new("sentence");
    struct history history = history_of(h);
    assert_false(history_next(&history));
    header_free(h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(words_of_each_tool), cmocka_unit_test(foreign_entries),
                                       cmocka_unit_test(no_history)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
