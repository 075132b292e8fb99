/* test_progress: shown where it is wanted, and what it says. */
#include "support.h"

#include <fcntl.h>
#include <unistd.h>

#include "file.h"
#include "progress.h"

/* What a whole run writes to standard error. */
static char *written(bool wanted, double total, const char *note)
{
    int saved = dup(STDERR_FILENO), fd = open(temp_path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    fflush(stderr);
    assert_true(saved >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
    struct progress p = progress_start("train", "sentences", total, 100, wanted);
    for (double done = 100; done <= 300; done++)
        progress_update(&p, done, note);
    progress_end(&p, note);
    fflush(stderr);
    dup2(saved, STDERR_FILENO);
    close(saved);
    return file_read(temp_path("err"), 10000, NULL);
}

static void nothing_where_nobody_looks(void **state)
{
    (void)state;
    char *text = written(false, 300, "loss 1");
    assert_string_equal(text, "");
    free(text);
}

static void a_line_at_the_end_where_it_is_wanted(void **state)
{
    (void)state;
    char *text = written(true, 400, "loss 0.123");
    assert_non_null(strstr(text, "train: 300/400 (75 %), "));
    assert_non_null(strstr(text, " sentences/s, took 0:00, loss 0.123\n"));
    assert_null(strchr(text, '\033'));
    assert_true(strchr(text, '\n')[1] == 0);
    free(text);
    text = written(true, 0, NULL);
    assert_non_null(strstr(text, "train: 300, "));
    assert_null(strstr(text, "%"));
    free(text);
}

static void the_share_tells_what_is_left(void **state)
{
    (void)state;
    int saved = dup(STDERR_FILENO), fd = open(temp_path("err"), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(saved >= 0 && fd >= 0 && dup2(fd, STDERR_FILENO) >= 0);
    close(fd);
    struct progress first = progress_start("first", "words", 0, 0, true), second = progress_start("second", "records", 0, 0, true);
    progress_share(&first, 5, 0.5);
    progress_share(&second, 7, 0.25);
    progress_end(&first, NULL);             /* the line was no longer its own */
    progress_end(&second, NULL);
    progress_end(&second, NULL);
    dup2(saved, STDERR_FILENO);
    close(saved);
    char *text = file_read(temp_path("err"), 10000, NULL);
    assert_null(strstr(text, "first"));
    assert_ptr_equal(strstr(text, "second: 7 (25 %), "), text);
    assert_true(strchr(text, '\n')[1] == 0);
    free(text);
}

static void a_size_is_known_of_files_only(void **state)
{
    (void)state;
    FILE *file = fopen(temp_path("ten"), "w");
    assert_true(file && fputs("0123456789", file) >= 0 && fclose(file) == 0);
    const char *ten = xstrdup(temp_path("ten"));
    const char *const files[] = {ten, ten, NULL}, *const other[] = {ten, "/dev/null", NULL}, *const none[] = {"/nowhere/at/all", NULL};
    assert_true(progress_size(files) == 20);
    assert_true(progress_size(other) == 0);
    assert_true(progress_size(none) == 0);
    free((char *)ten);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_where_nobody_looks), cmocka_unit_test(a_line_at_the_end_where_it_is_wanted),
        cmocka_unit_test(the_share_tells_what_is_left), cmocka_unit_test(a_size_is_known_of_files_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
