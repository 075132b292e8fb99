/* test_progress: shown where it is wanted, and what it says. */
#define _XOPEN_SOURCE 700 /* posix_openpt */
#include "support/support.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/input.h"
#include "base/progress.h"

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
    struct progress first = progress_start("first", "words", 0, 0, true),
                    second = progress_start("second", "records", 0, 0, true);
    progress_share(&first, 5, 0.5);
    progress_share(&second, 7, 0.25);
    progress_end(&first, NULL); /* the line was no longer its own */
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
    const char *const files[] = {ten, ten, NULL}, *const other[] = {ten, "/dev/null", NULL},
                      *const none[] = {"/nowhere/at/all", NULL};
    assert_true(input_new(files).size == 20);
    assert_true(input_new(other).size == 0);
    assert_true(input_new(none).size == 0);
    free((char *)ten);
}

/* A terminal in the place of stderr, a file in that of stdout; what `run` shows there. */
static char *shown_by(void (*run)(const char *terminal))
{
    static char text[10000];
    int out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO), file = open(temp_path("out"), O_WRONLY | O_CREAT, 0600);
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    if (master < 0 || grantpt(master) != 0 || unlockpt(master) != 0)
        skip();
    const char *name = ptsname(master);
    int slave = open(name, O_RDWR | O_NOCTTY);
    fflush(stdout);
    assert_true(slave >= 0 && dup2(slave, STDERR_FILENO) >= 0 && dup2(file, STDOUT_FILENO) >= 0);
    run(name);
    fputs("end", stderr);
    fflush(stderr);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    size_t n = 0;
    do {
        ssize_t got = read(master, text + n, sizeof text - 1 - n);
        assert_true(got > 0);
        n += (size_t)got;
        text[n] = 0;
    } while (n < 3 || strcmp(text + n - 3, "end") != 0);
    close(out), close(err), close(file), close(slave), close(master);
    return text;
}

static void wait_a_moment(void)
{
    nanosleep(&(struct timespec){0, 600000000}, NULL);
}

static void read_half(const char *terminal)
{
    (void)terminal;
    struct progress p = progress_reading("tagpipe", "records", false);
    progress_share(&p, 1, 0.1); /* too early to be drawn */
    wait_a_moment();
    progress_share(&p, 30, 0.5);
    warn("a message");
    progress_end(&p, NULL);
}

static void read_half_and_watch(const char *terminal)
{
    (void)terminal;
    struct progress p = progress_reading("tagpipe", "records", false);
    wait_a_moment();
    progress_share(&p, 30, 0.5);
    progress_end(&p, NULL);
}

static void on_a_terminal(void **state)
{
    (void)state;
    char *text = shown_by(read_half);
    assert_ptr_equal(strstr(text, "\r\033[Ktagpipe: 30 (50 %), "), text);
    assert_non_null(strstr(text, " left\r\033[Ktagpipe: a message\r\nend")); /* nothing to be summed up */
    text = shown_by(read_half_and_watch);
    assert_non_null(strstr(text, "left\r\033[Ktagpipe: 30 (50 %), "));
    assert_non_null(strstr(text, " records/s, took 0:0"));
}

/* Another process has the terminal's line. */
static void beside_another(const char *terminal)
{
    int ready[2], finish[2];
    char byte;
    assert_true(pipe(ready) == 0 && pipe(finish) == 0);
    pid_t other = fork();
    if (other == 0) {
        struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
        int fd = open(terminal, O_RDWR | O_NOCTTY);
        close(finish[1]);
        if (fd < 0 || fcntl(fd, F_SETLK, &lock) != 0 || write(ready[1], "", 1) != 1)
            _exit(1);
        _exit(read(finish[0], &byte, 1) != 0);
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    read_half_and_watch(terminal);
    fputs("then", stderr);
    close(finish[1]);
    int status;
    assert_true(waitpid(other, &status, 0) == other && status == 0);
    read_half_and_watch(terminal);
    close(ready[0]), close(ready[1]), close(finish[0]);
}

static void one_line_a_terminal(void **state)
{
    (void)state;
    char *text = shown_by(beside_another);
    assert_ptr_equal(strstr(text, "then\r\033[Ktagpipe: 30 (50 %), "), text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_where_nobody_looks),
        cmocka_unit_test(a_line_at_the_end_where_it_is_wanted),
        cmocka_unit_test(the_share_tells_what_is_left),
        cmocka_unit_test(a_size_is_known_of_files_only),
        cmocka_unit_test(on_a_terminal),
        cmocka_unit_test(one_line_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
