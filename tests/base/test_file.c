/* test_file: whole files in, whole files out, and nothing half-written at any end. */
#include "support/support.h"

#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"
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
    DIR *folder = opendir(temp_path(""));
    bool left = false;
    for (struct dirent *entry; (entry = readdir(folder));)
        left = left || strstr(entry->d_name, ".tagpipe-");
    closedir(folder);
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
        assert_non_null(freopen("/dev/null", "w", stderr));
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

static void read_missing(void *unused)
{
    (void)unused;
    file_read(path, 10, NULL);
}

/* The exit status of a process that calls f(argument). */
static int in_child_of(void (*f)(void *argument), void *argument)
{
    int status;
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        f(argument);
        exit(0);
    }
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int in_child(void (*f)(void *argument))
{
    return in_child_of(f, NULL);
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
    leave_by(SIGKILL); /* nothing can be removed, but nothing is torn, and the next process removes it */
    assert_holds("old");
    assert_true(temporary_left());
    text = "next";
    char *other = xasprintf("%s.other", path); /* of a process that lives, and so is not removed */
    struct outfile *out = outfile_open(other);
    in_child(write_it);
    assert_holds("next");
    outfile_commit(out);
    assert_true(file_exists(other));
    unlink(other);
    free(other);
    assert_false(temporary_left());
}

/* Names that somebody else has put there. */
static void a_link_is_not_followed(void **state)
{
    (void)state;
    char *name = xasprintf("%s.tagpipe-%ld.tmp", path, (long)getpid()), *victim = xasprintf("%s.victim", path);
    assert_int_equal(symlink(victim, name), 0);
    text = "next";
    write_it(NULL);
    assert_holds("next");
    assert_false(file_exists(victim));
    unlink(name);
    free(name);
    free(victim);
}

static void read_half(void *how)
{
    text = "a text of one size";
    write_it(NULL);
    struct mapping map = file_map(path);
    int fd = open(path, O_WRONLY | (how ? O_TRUNC : 0));
    assert_int_equal(write(fd, "A", how ? 0 : 1), how ? 0 : 1);
    close(fd);
    file_unmap(map);
}

static void touch_what_has_gone(void *unused)
{
    (void)unused;
    struct mapping map = file_map(path);
    assert_int_equal(truncate(path, 0), 0);
    volatile uint8_t byte = map.data[0];
    (void)byte;
}

static void a_change_in_place_is_found(void **state)
{
    (void)state;
    assert_dies(read_half, NULL, "it was changed in place while it was read");
    assert_dies(read_half, (void *)(uintptr_t) "shorter", "it was changed in place while it was read");
    text = "replaced by rename: no danger";
    write_it(NULL);
    struct mapping map = file_map(path);
    write_it(NULL);
    file_unmap(map);
    assert_int_equal(in_child(touch_what_has_gone), 1);
}

static void lock_it(void *dir)
{
    lock_folder(dir);
}

static void a_folder_has_one_writer(void **state)
{
    (void)state;
    char *dir = xasprintf("%s/locked", temp_path(""));
    assert_int_equal(in_child_of(lock_it, dir), 0);
    assert_false(file_exists(dir)); /* made, and empty at the end */
    lock_folder(dir);
    assert_dies(lock_it, dir, "another process is writing there");
    assert_int_equal(in_child_of(lock_it, dir), 1);
    assert_true(file_exists(dir));
    free(dir);
}

static void a_pipe_is_refused(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_dies(read_missing, NULL, "is not a regular file"); /* and does not wait for a writer */
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
    assert_dies(write_it, NULL, "none/out: No such file or directory");
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
    assert_true(map.size == 0);
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

/* Also where the file fills its last page, or leaves less than eight bytes of it. */
static void nuls_follow_a_file(void **state)
{
    (void)state;
    static char bytes[3 * 4096];
    static const size_t size[] = {0, 1, 4088, 4089, 4095, 4096, 4097, 8192};
    memset(bytes, 'x', sizeof bytes);
    for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
        static const uint8_t nuls[FILE_NULS];
        struct outfile *out = outfile_open(path);
        outfile_write(out, bytes, size[i]);
        outfile_commit(out);
        struct mapping map = file_map_within(path, sizeof bytes);
        size_t n;
        char *text_read = file_read(path, sizeof bytes, &n);
        assert_true(map.size == size[i] && n == size[i]);
        assert_memory_equal(map.data, bytes, n);
        assert_memory_equal(text_read, bytes, n);
        assert_memory_equal(map.data + n, nuls, FILE_NULS);
        assert_memory_equal(text_read + n, nuls, FILE_NULS);
        file_unmap(map);
        free(text_read);
    }
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
        cmocka_unit_test_setup_teardown(a_link_is_not_followed, setup, teardown),
        cmocka_unit_test_setup_teardown(a_change_in_place_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(a_folder_has_one_writer, setup, teardown),
        cmocka_unit_test_setup_teardown(a_pipe_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(a_full_disk_is_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(a_device_takes_what_is_written, setup, teardown),
        cmocka_unit_test_setup_teardown(a_missing_folder_is_named, setup, teardown),
        cmocka_unit_test_setup_teardown(reading_checks_what_it_reads, setup, teardown),
        cmocka_unit_test_setup_teardown(nuls_follow_a_file, setup, teardown),
        cmocka_unit_test_setup_teardown(folders_are_made_with_what_is_above, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
