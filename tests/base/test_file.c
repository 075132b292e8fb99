/* test_file: whole files in, whole files out, and nothing half-written at any end. */
#include "support/support.h"

#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/outfile.h"

static char *path;       /* the file under test, in the temporary folder */
static const char *text; /* what is written into it */

static void write_it(void *unused)
{
    (void)unused;
    struct outfile *out = outfile_open(path);
    outfile_write(out, text, strlen(text));
    outfile_commit(out);
}

static void assert_holds(const char *expected)
{
    size_t size;
    char *got = file_read(path, 100, &size);
    assert_string_equal(got, expected);
    assert_int_equal(size, strlen(expected));
    free(got);
}

static bool temporary_left(void)
{
    char *temporary = xasprintf("%s.tmp", path);
    bool left = file_exists(temporary);
    free(temporary);
    return left;
}

static int setup(void **state)
{
    (void)state;
    path = xstrdup(temp_path("out"));
    unlink(path);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(path);
    return 0;
}

static void a_file_is_replaced_as_a_whole(void **state)
{
    (void)state;
    text = "old";
    write_it(NULL);
    assert_holds("old");
    struct outfile *out = outfile_open(path);
    outfile_write(out, "new", 3);
    outfile_sync(out);
    assert_holds("old");
    outfile_commit(out);
    assert_holds("new");
    out = outfile_open(path);
    outfile_write(out, "never", 5);
    outfile_discard(out);
    assert_holds("new");
    assert_false(temporary_left());
}

/* How a process ends early, with an output file open. */
static void leave_by(int how)
{
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        freopen("/dev/null", "w", stderr);
        struct outfile *out = outfile_open(path);
        outfile_write(out, "half", 4);
        if (how == 0)
            die("on purpose");
        if (how < 0)
            exit(0);
        raise(how);
        _exit(99);
    }
    int status;
    waitpid(child, &status, 0);
    if (how > 0)
        assert_true(WIFSIGNALED(status) && WTERMSIG(status) == how);
}

static void an_early_end_leaves_the_old_file(void **state)
{
    (void)state;
    text = "old";
    write_it(NULL);
    static const int ends[] = {0, -1, SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        leave_by(ends[i]);
        assert_holds("old");
        assert_false(temporary_left());
    }
    leave_by(SIGKILL); /* nothing can be removed, but nothing is torn, and the next run replaces it */
    assert_holds("old");
    text = "next";
    write_it(NULL);
    assert_holds("next");
    assert_false(temporary_left());
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    free(path);
    path = xstrdup("/dev/full");
    text = "x";
    assert_dies(write_it, NULL, "cannot write /dev/full: No space left on device");
    struct stat st;
    assert_int_equal(stat("/dev/full", &st), 0);
    assert_true(S_ISCHR(st.st_mode)); /* a device is written to, never replaced by a file */
    assert_false(temporary_left());
}

static void a_device_takes_what_is_written(void **state)
{
    (void)state;
    free(path);
    path = xstrdup("/dev/null");
    text = "x";
    write_it(NULL);
    struct stat st;
    assert_true(stat("/dev/null", &st) == 0 && S_ISCHR(st.st_mode));
    assert_false(temporary_left());
}

static void a_missing_folder_is_named(void **state)
{
    (void)state;
    free(path);
    path = xasprintf("%s/none/out", temp_path(""));
    assert_dies(write_it, NULL, "none/out.tmp: No such file or directory");
}

static void read_missing(void *unused)
{
    (void)unused;
    file_read(path, 10, NULL);
}

static void read_folder(void *unused)
{
    (void)unused;
    file_map("/");
}

static void reading_checks_what_it_reads(void **state)
{
    (void)state;
    assert_dies(read_missing, NULL, "out: No such file or directory");
    assert_dies(read_folder, NULL, "/ is not a regular file");
    text = "eleven char";
    write_it(NULL);
    assert_dies(read_missing, NULL, "has 11 bytes; at most 10 are read");
    text = "";
    write_it(NULL);
    struct mapping map = file_map(path);
    assert_true(map.size == 0 && !map.data);
    file_unmap(map);
    assert_holds("");
}

static void make_dir(void *name)
{
    file_make_folder(name);
}

static void folders_are_made_with_what_is_above(void **state)
{
    (void)state;
    char *deep = xasprintf("%s/a/b/c", temp_path(""));
    file_make_folder(deep);
    file_make_folder(deep);
    assert_true(file_exists(deep));
    for (int i = 0; i < 3; i++) {
        rmdir(deep);
        *strrchr(deep, '/') = 0;
    }
    free(deep);
    text = "a file";
    write_it(NULL);
    assert_dies(make_dir, path, "cannot make the folder");
    *path = 0;
    assert_dies(make_dir, path, "cannot make the folder");
    char *joined = file_path("a/", "b"), *other = file_path("a", "b");
    assert_string_equal(joined, "a/b");
    assert_string_equal(other, "a/b");
    free(joined), free(other);
}

int main(void)
{
    /* A background job of a script may have inherited that they are ignored. */
    signal(SIGINT, SIG_DFL);
    signal(SIGTERM, SIG_DFL);
    signal(SIGHUP, SIG_DFL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_file_is_replaced_as_a_whole, setup, teardown),
        cmocka_unit_test_setup_teardown(an_early_end_leaves_the_old_file, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(a_device_takes_what_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_checks_what_it_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(folders_are_made_with_what_is_above, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
