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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_where_nobody_looks), cmocka_unit_test(a_line_at_the_end_where_it_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
