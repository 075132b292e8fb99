/* test_cli: command lines as people type them. */
#include "support/support.h"

#include <sys/wait.h>
#include <unistd.h>

#include <tagpipe/cli.h>

static bool flag;
static const char *text, *path;
static size_t count;
static uint64_t seed;
static double real;
static int choice;
static struct cli_list list;
static const struct cli_option options[] = {
    {'f', "flag", NULL, "a flag", CLI_FLAG, &flag, 0},
    {'t', "text", "TEXT", "a text (none)", CLI_TEXT, &text, 0},
    {'p', "path", "FILE", "a path (none)", CLI_PATH, &path, 0},
    {'c', "count", "N", "a number (7)", CLI_COUNT, &count, 1},
    {0, "zero-or-more", "N", "a number (7)", CLI_COUNT, &count, 0},
    {0, "seed", "N", "a seed (42)", CLI_SEED, &seed, 0},
    {'r', "real", "X", "a real number (0.5)", CLI_REAL, &real, 0},
    {0, "rule", "first|all|inside", "a choice (first)", CLI_CHOICE, &choice, 0},
    {'l', "list", "X=Y", "may be given again", CLI_LIST, &list, 0},
    {0, "reader", NULL, "begins like --real", CLI_FLAG, &flag, 0},
    {0},
};
static const struct cli with_files = {"tool", "what it does", "[FILE...]", options, NULL};
static const struct cli without_files = {"tool", "what it does", NULL, options, NULL};
static const char *const *operands;

/* Parse the words of one line, parted by blanks. */
static void parse(void *line)
{
    static char words[512];
    static char name[] = "tool", empty[] = "";
    char *argv[32] = {name};
    int argc = 1;
    snprintf(words, sizeof words, "%s", (const char *)line);
    for (char *c = strtok(words, " "); c; c = strtok(NULL, " "))
        argv[argc++] = strcmp(c, "''") == 0 ? empty : c;
    operands = cli_parse(&with_files, argc, argv);
    static const char *kept[32]; /* argv goes with this frame */
    size_t n = 0;
    for (; operands[n]; n++)
        kept[n] = operands[n];
    kept[n] = NULL;
    operands = kept;
}

static void reset(void)
{
    flag = false;
    text = path = NULL;
    count = 7, seed = 42, real = 0.5, choice = 0;
}

static void good(const char *line)
{
    reset();
    char *copy = xstrdup(line);
    const char *message = death_of(parse, copy);
    free(copy);
    if (message)
        fail_msg("'%s' dies: %s", line, message);
}

static void bad(const char *line, const char *expected)
{
    reset();
    char *copy = xstrdup(line);
    const char *message = death_of(parse, copy);
    free(copy);
    if (!message || !strstr(message, expected)
        || !strstr(message, strchr(expected, '?') ? "? See tool --help" : "; see tool --help"))
        fail_msg("'%s': '%s', not '%s'", line, message ? message : "lives", expected);
}

static void options_in_each_form(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "-t hello -c 12 -f",       "-thello -c12 -f", "--text hello --count 12 --flag",     "--text=hello --count=12 --flag",
        "--te hello --co=12 --fl", "-fc12 -t hello",  "-t wrong --text hello -c 1 -c 12 -f"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        good(lines[i]);
        assert_string_equal(text, "hello");
        assert_int_equal(count, 12);
        assert_true(flag);
        assert_null(operands[0]);
    }
    good("--seed 18446744073709551615 --real -0 --rule all");
    assert_true(seed == UINT64_MAX);
    assert_true(real == 0);
    assert_int_equal(choice, 1);
    good("--rule inside -r 2e-5 --zero-or-more 0 -t=x");
    assert_int_equal(choice, 2);
    assert_true(real == 2e-5);
    assert_int_equal(count, 0);
    assert_string_equal(text, "=x");
    good("-t -- -t -f");
    assert_string_equal(text, "-f");
}

static void options_left_out_keep_their_defaults(void **state)
{
    (void)state;
    good("");
    assert_true(!flag && !text && !path && count == 7 && seed == 42 && real == 0.5 && choice == 0);
}

static void operands_may_stand_anywhere(void **state)
{
    (void)state;
    good("a -f b -- -c - --flag");
    assert_true(flag);
    static const char *const expected[] = {"a", "b", "-c", "-", "--flag", NULL};
    for (size_t i = 0; expected[i]; i++)
        assert_string_equal(operands[i], expected[i]);
    assert_null(operands[5]);
    good("-");
    assert_string_equal(operands[0], "-");
}

static void mistakes_are_explained(void **state)
{
    (void)state;
    bad("--cuont 3", "no option --cuont; did you mean --count?");
    bad("--seeds=3", "no option --seeds; did you mean --seed?");
    bad("--wholly-else", "no option --wholly-else");
    bad("-x", "no option -x");
    bad("-fx", "no option -x");
    bad("-f -c", "-c wants an argument");
    bad("--count", "--count wants an argument");
    bad("--flag=1", "--flag takes no argument");
    bad("--fl=1", "--fl takes no argument");
    bad("--help=1", "--help takes no argument");
    bad("--version=1", "--version takes no argument");
    bad("--progress=1", "--progress takes no argument");
    bad("--re 1", "--re could be --real or --reader");
    bad("--rule some", "--rule wants one of first|all|inside, not 'some'");
    bad("--rule ''", "--rule wants one of first|all|inside, not ''");
    bad("--rule first|all", "--rule wants one of");
}

static void bad_numbers_are_refused(void **state)
{
    (void)state;
    static const char *const wrong[] = {"0", "-1", "1.5", "1e3", "0x10", "x", "''", "3x", "99999999999999999999", "+-1", "-"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        char line[64];
        snprintf(line, sizeof line, "--count %s", wrong[i]);
        bad(line, "--count wants a whole number from 1 on, not '");
    }
    bad("--zero-or-more -1", "--zero-or-more wants a whole number, not '-1'");
    bad("--seed -1", "--seed wants a whole number, not '-1'");
    bad("--seed 18446744073709551616", "--seed wants a whole number");
    bad("--real nan", "--real wants a number from 0 on, not 'nan'");
    bad("--real inf", "--real wants a number from 0 on");
    bad("--real 1e999", "--real wants a number from 0 on");
    bad("--real -1", "--real wants a number from 0 on");
    bad("--real ''", "--real wants a number from 0 on");
    bad("--real 1,5", "--real wants a number from 0 on");
}

static void take_no_operand(void *unused)
{
    (void)unused;
    char name[] = "tool", operand[] = "x", *argv[] = {name, operand, NULL};
    cli_parse(&without_files, 2, argv);
}

static void operands_where_none_are_taken(void **state)
{
    (void)state;
    assert_dies(take_no_operand, NULL, "takes no operand: 'x'");
}

static void history_has_no_folder_in_it(void **state)
{
    (void)state;
    good("-p /secret/home/model/ -t /kept/as/it/is -f --rule=all /a/b/train.txt x/../y");
    static const char *const expected[] = {"--path", "model",     "--text", "/kept/as/it/is", "--flag", "--rule",
                                           "all",    "train.txt", "y"};
    size_t n;
    const char *const *got = cli_history(&n);
    assert_int_equal(n, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < n; i++)
        assert_string_equal(got[i], expected[i]);
    assert_string_equal(path, "/secret/home/model/");
    assert_string_equal(cli_name(), "tool");
}

static void an_option_given_again_makes_a_list(void **state)
{
    (void)state;
    list.n = 0;
    good("-l a=x/y --list b=@/secret/home/names --list=@c");
    assert_int_equal(list.n, 3);
    static const char *const given[] = {"a=x/y", "b=@/secret/home/names", "@c"};
    static const char *const kept[] = {"--list", "a=x/y", "--list", "b=@names", "--list", "@c"};
    size_t n;
    const char *const *got = cli_history(&n);
    assert_int_equal(n, 6);
    for (size_t i = 0; i < 3; i++)
        assert_string_equal(list.data[i], given[i]);
    for (size_t i = 0; i < 6; i++)
        assert_string_equal(got[i], kept[i]);
}

/* What goes to stdout, and the exit status, of a parse in a process of its own. */
static struct bytes output_of(const char *line, int *status)
{
    capture_begin();
    pid_t child = fork();
    if (child == 0) {
        assert_non_null(freopen("/dev/null", "w", stderr));
        char *copy = xstrdup(line);
        parse(copy);
        _exit(99);
    }
    waitpid(child, status, 0);
    struct bytes out = capture_end();
    add_bytes(&out, "", 1);
    return out;
}

static void help_and_version_go_to_stdout(void **state)
{
    (void)state;
    int status;
    reset();
    static const char *const lines[] = {"--help", "-h", "-f --help", "--he"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct bytes out = output_of(lines[i], &status);
        assert_int_equal(status, 0);
        const char *help = (const char *)out.data;
        assert_non_null(strstr(help, "tool: what it does\n\nusage: tool [OPTION...] [FILE...]\n"));
        for (const struct cli_option *o = options; o->long_name; o++)
            assert_true(strstr(help, o->long_name) && strstr(help, o->help));
        assert_non_null(strstr(help, "-c, --count N                 a number (7)\n"));
        free(out.data);
    }
    struct bytes out = output_of("--version", &status);
    assert_int_equal(status, 0);
    assert_string_equal((char *)out.data, "tool (tagpipe) " TAGPIPE_VERSION "\n");
    free(out.data);
}

static void a_mistake_exits_with_2(void **state)
{
    (void)state;
    int status;
    reset();
    struct bytes out = output_of("--none", &status);
    assert_int_equal(out.n, 1);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    free(out.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_in_each_form),          cmocka_unit_test(options_left_out_keep_their_defaults),
        cmocka_unit_test(operands_may_stand_anywhere),   cmocka_unit_test(mistakes_are_explained),
        cmocka_unit_test(bad_numbers_are_refused),       cmocka_unit_test(operands_where_none_are_taken),
        cmocka_unit_test(history_has_no_folder_in_it),   cmocka_unit_test(an_option_given_again_makes_a_list),
        cmocka_unit_test(help_and_version_go_to_stdout), cmocka_unit_test(a_mistake_exits_with_2),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
