/* Tests of input: files one after the other, and what happens before a read. */
#include "support/support.h"

#include <unistd.h>

#include "base/input.h"

static const char *file_with(const char *name, const char *text)
{
    return xstrdup(temp_file(name, text, strlen(text)));
}

/* All bytes that are left of the current file. */
static void assert_rest(struct input *in, const char *text)
{
    while (input_fill(in))
        ;
    assert_int_equal(in->end - in->start, strlen(text));
    assert_memory_equal(in->buffer + in->start, text, strlen(text));
    assert_true(in->at_end);
    assert_false(input_fill(in));
}

static void files_come_one_after_the_other(void **state)
{
    (void)state;
    const char *paths[] = {file_with("a", "one"), file_with("b", ""), file_with("c", "two"), NULL};
    struct input in = input_new(paths);
    assert_int_equal(in.fd, -1);
    assert_true(in.size == 6 && input_share(&in) == 0);
    for (int i = 0; i < 3; i++) {
        assert_true(input_next_file(&in));
        assert_string_equal(in.name, paths[i]);
        assert_rest(&in, i == 0 ? "one" : i == 1 ? "" : "two");
        in.start = in.end; /* taken */
    }
    assert_true(input_share(&in) == 1);
    assert_false(input_next_file(&in));
    assert_int_equal(in.fd, -1);
    input_close(&in);
    for (int i = 0; i < 3; i++)
        free((char *)paths[i]);
}

static void what_is_not_taken_stays(void **state)
{
    (void)state;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    int saved = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    struct input in = input_new(NULL);
    assert_true(input_next_file(&in));
    assert_string_equal(in.name, "standard input");
    assert_true(in.size == 0 && input_share(&in) == 0); /* the size of a pipe is not known */
    assert_false(input_is_ready(&in));
    assert_int_equal(write(ends[1], "abc", 3), 3);
    assert_true(input_is_ready(&in) && input_fill(&in));
    in.start += 2;
    assert_int_equal(write(ends[1], "de", 2), 2);
    assert_true(input_fill(&in));
    assert_int_equal(in.end - in.start, 3);
    assert_memory_equal(in.buffer + in.start, "cde", 3);
    close(ends[1]);
    assert_rest(&in, "cde");
    input_close(&in);
    dup2(saved, STDIN_FILENO);
    close(saved);
    close(ends[0]);
}

static void count(void *data)
{
    ++*(int *)data;
}

static void the_hook_runs_before_each_read(void **state)
{
    (void)state;
    int calls = 0;
    const char *paths[] = {file_with("a", "one"), NULL};
    struct input in = input_new(paths);
    in.before_read = count;
    in.before_read_data = &calls;
    assert_true(input_next_file(&in));
    assert_int_equal(calls, 0);
    assert_true(input_fill(&in));
    assert_int_equal(calls, 1);
    assert_false(input_fill(&in)); /* this read finds the end */
    assert_int_equal(calls, 2);
    assert_false(input_fill(&in)); /* no read any more */
    assert_int_equal(calls, 2);
    input_close(&in);
    free((char *)paths[0]);
}

static void open_missing(void *data)
{
    struct input in = input_new(data);
    input_next_file(&in);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    const char *paths[] = {"/nowhere/at/all", NULL};
    assert_dies(open_missing, paths, "cannot open /nowhere/at/all: No such file or directory");
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_come_one_after_the_other),
        cmocka_unit_test(what_is_not_taken_stays),
        cmocka_unit_test(the_hook_runs_before_each_read),
        cmocka_unit_test(a_missing_file_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
