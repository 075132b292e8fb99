/* Tests of stop: the first signal is noted, the second ends the process, an ignored one stays ignored. */
#include "support/support.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stop.h"

/* How a child ends that gets these signals one after the other, some seconds later after a 0: its status, or the signal that
 * stop_signal has at the end. */
static int child_with(const int *number, size_t n, bool ignores_hup)
{
    pid_t child = fork();
    if (child == 0) {
        signal(SIGINT, SIG_DFL); /* a shell's background process begins with SIGINT ignored */
        signal(SIGTERM, SIG_DFL);
        signal(SIGHUP, ignores_hup ? SIG_IGN : SIG_DFL);
        stop_catch_signals();
        for (size_t i = 0; i < n; i++)
            number[i] ? raise(number[i]) : (int)sleep(3);
        _exit((int)stop_signal);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void test_signals(void **state)
{
    (void)state;
    assert_int_equal(child_with(NULL, 0, false), 0);
    assert_int_equal(child_with((int[]){SIGTERM}, 1, false), SIGTERM);
    assert_int_equal(child_with((int[]){SIGHUP}, 1, false), SIGHUP);
    assert_int_equal(child_with((int[]){SIGINT, SIGINT}, 2, false), -SIGINT);
    assert_int_equal(child_with((int[]){SIGTERM, SIGTERM}, 2, false), SIGTERM); /* to the group, and by the script */
    assert_int_equal(child_with((int[]){SIGTERM, 0, SIGTERM}, 3, false), -SIGTERM);
    assert_int_equal(child_with((int[]){SIGHUP}, 1, true), 0);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {cmocka_unit_test(test_signals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
