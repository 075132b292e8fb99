/* test_util: messages and memory. */
#include "support/support.h"

#include <errno.h>
#include <sys/wait.h>
#include <unistd.h>

static void die_of_a_missing_file(void *unused)
{
    (void)unused;
    errno = ENOENT;
    die("cannot open %s:", "x");
}

static void die_of_many_lines(void *unused)
{
    (void)unused;
    die("a\nb\r\033[31mc\x7f\xc2\x9b"
        "d\té %s",
        "\xe6\x97\xa5");
}

static void die_of_a_long_text(void *unused)
{
    (void)unused;
    char *text = xmalloc(9001, 1);
    memset(text, 'x', 9000);
    text[9000] = 0;
    die("%s:", text);
}

static void misuse(void *unused)
{
    (void)unused;
    die_usage("no such thing: %d", 5);
}

static void messages_are_one_visible_line(void **state)
{
    (void)state;
    assert_dies(die_of_a_missing_file, NULL, "cannot open x: No such file or directory");
    const char *message = death_of(die_of_many_lines, NULL);
    assert_string_equal(message, "a b \\x1b[31mc\\x7f\\x9bd\\x09é \xe6\x97\xa5");
    message = death_of(die_of_a_long_text, NULL);
    assert_true(strlen(message) > 1000 && strlen(message) < 4096);
    util_program = "tool";
    assert_dies(misuse, NULL, "no such thing: 5; see tool --help");
}

static int exit_status(void (*run)(void *))
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        run(NULL);
        _exit(99);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void exit_1_for_failure_and_2_for_misuse(void **state)
{
    (void)state;
    assert_int_equal(exit_status(die_of_a_missing_file), 1);
    assert_int_equal(exit_status(misuse), 2);
}

static void too_much(void *unused)
{
    (void)unused;
    xmalloc(SIZE_MAX / 2, 3);
}

static void far_too_much(void *unused)
{
    (void)unused;
    xcalloc(SIZE_MAX / 4, 1);
}

static void a_product_that_overflows_dies(void **state)
{
    (void)state;
    assert_dies(too_much, NULL, "out of memory: 9223372036854775807 elements of 3 bytes");
#ifndef __SANITIZE_ADDRESS__
    assert_dies(far_too_much, NULL, "out of memory");
#else
    (void)far_too_much;
#endif
}

static void arrays_double(void **state)
{
    (void)state;
    int *at = NULL;
    size_t room = 0, moves = 0;
    for (size_t i = 0; i < 100000; i++) {
        size_t before = room;
        GROW(at, room, i + 1);
        moves += room != before;
        at[i] = (int)i;
    }
    assert_int_equal(at[99999], 99999);
    assert_true(moves < 20 && room >= 100000);
    free(at);
}

static void strings(void **state)
{
    (void)state;
    char *a = xstrdup("abc"), *b = xstrndup("abc", 2), *c = xasprintf("%s-%d", a, 5), *d = xstrndup("", 0);
    assert_string_equal(a, "abc");
    assert_string_equal(b, "ab");
    assert_string_equal(c, "abc-5");
    assert_string_equal(d, "");
    free(a), free(b), free(c), free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(messages_are_one_visible_line),
        cmocka_unit_test(exit_1_for_failure_and_2_for_misuse),
        cmocka_unit_test(a_product_that_overflows_dies),
        cmocka_unit_test(arrays_double),
        cmocka_unit_test(strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
