/* fuzz: one run of a target. */
#define _DEFAULT_SOURCE /* getrusage's ru_maxrss */
#include "fuzz/fuzz.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

enum { MEMORY_MAX = 1 << 20, RUNS_MAX = 20000 }; /* in KiB; of one process: its maps and handlers at exit are counted, too */

static const struct fuzz_target *target;
static char *folder;
static struct fuzz_command tool, then;
const char *fuzz_death;
static jmp_buf death;
static char last_words[4096];

char *fuzz_path(const char *name)
{
    return xasprintf("%s/%s", getenv("FUZZ_DIR"), name);
}

const char *fuzz_folder(void)
{
    return folder;
}

static const char *path_in_folder(const char *name)
{
    static char path[4][4096];
    static int turn;
    char *text = path[turn++ % 4];
    snprintf(text, sizeof path[0], "%s/%s", folder, name);
    return text;
}

const char *fuzz_file(const char *name, struct str bytes)
{
    const char *path = path_in_folder(name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || write(fd, bytes.data, bytes.size) != (ssize_t)bytes.size)
        abort();
    close(fd);
    return path;
}

void fuzz_remove(const char *name)
{
    unlink(path_in_folder(name));
}

struct str fuzz_part(struct str *rest)
{
    const char *end = rest->size ? memchr(rest->data, 0xff, rest->size) : NULL;
    struct str part = {rest->data, end ? (size_t)(end - rest->data) : rest->size};
    size_t used = part.size + (end ? 1 : 0);
    *rest = (struct str){rest->data + used, rest->size - used};
    return part;
}

static void on_death(const char *message)
{
    snprintf(last_words, sizeof last_words, "%s", message);
    longjmp(death, 1);
}

/* Whether it lives; with the exit status of a tool. */
static bool lives(const struct fuzz_command *command, struct str input, int *status)
{
    int n = 0;
    *status = 0;
    if (setjmp(death) != 0)
        return false;
    if (!command->main) {
        target->run(input);
        return true;
    }
    char *argument[FUZZ_ARGUMENTS_MAX + 1] = {0}; /* getopt moves them */
    for (; command->argument[n]; n++)
        argument[n] = (char *)command->argument[n];
    *status = command->main(n, argument);
    return true;
}

static struct fuzz_command with_paths(struct fuzz_command command, const char *input)
{
    for (const char **a = command.argument; *a; a++)
        if (strcmp(*a, "@") == 0)
            *a = xasprintf("%s/%s", folder, input);
        else if (strncmp(*a, "model/", 6) == 0)
            *a = fuzz_path(*a);
    return command;
}

static const struct fuzz_target *find(const struct fuzz_target *list, const char *name)
{
    for (; list->name; list++)
        if (strcmp(list->name, name) == 0)
            return list;
    return NULL;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *name = getenv("FUZZ");
    if (!name || !getenv("FUZZ_DIR")) {
        for (const struct fuzz_target *t = fuzz_tools; t->name; t++)
            puts(t->name);
        for (const struct fuzz_target *t = fuzz_files; t->name; t++)
            puts(t->name);
        exit(name ? 2 : 0);
    }
    target = find(fuzz_tools, name);
    if (!target)
        target = find(fuzz_files, name);
    if (!target)
        die("there is no target %s", name);
    setenv("GOMP_SPINCOUNT", "3000", 1); /* bertfwd would call exec otherwise */
    folder = xasprintf("%s/%ld", getenv("FUZZ_DIR"), (long)getpid());
    if (mkdir(folder, 0777))
        die("cannot make %s:", folder);
    tool = with_paths(target->tool, "input");
    then = with_paths(target->then, "output");
    return 0;
}

/* Variables of the mains, which make has put into sections of these names: each run begins with what a process begins with. */
extern char __start_fuzz_data[], __stop_fuzz_data[], __start_fuzz_bss[], __stop_fuzz_bss[];
static char *data_at_start;

/* Over the sanitizer's gaps between the variables, too. */
__attribute__((no_sanitize("address"))) static void copy(char *to, const char *from, size_t size)
{
    for (volatile size_t i = 0; i < size; i++)
        to[i] = from ? from[i] : 0;
}

static void variables_reset(void)
{
    size_t size = (size_t)(__stop_fuzz_data - __start_fuzz_data);
    if (!data_at_start)
        copy(data_at_start = xmalloc(size, 1), __start_fuzz_data, size);
    copy(__start_fuzz_data, data_at_start, size);
    copy(__start_fuzz_bss, NULL, (size_t)(__stop_fuzz_bss - __start_fuzz_bss));
}

/* Files that a death left open: all after those that were open before the first run. */
static void close_files(bool before)
{
    static int first;
    if (before && !first)
        close(first = open("/dev/null", O_RDONLY));
    for (int fd = first; !before && fd < first + 16; fd++)
        close(fd);
}

/* A tool closes its standard output at the end. */
static void write_to(const char *path)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0666);
    if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
        abort();
    if (fd != STDOUT_FILENO)
        close(fd);
}

/* What `then` says to it. */
static void check_output(struct str input)
{
    struct stat about;
    int status;
    if (!then.main || stat(path_in_folder("output"), &about) != 0 || about.st_size == 0)
        return;
    write_to("/dev/null");
    if (lives(&then, input, &status) && status == 0)
        return;
    fprintf(stderr, "%s wrote with exit 0 what %s refuses: %s\n", target->name, then.argument[0], last_words);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static size_t runs;
    struct rusage used;
    getrusage(RUSAGE_SELF, &used);
    if (++runs > RUNS_MAX || used.ru_maxrss > MEMORY_MAX)
        _exit(FUZZ_RESTART);
    variables_reset();
    struct str input = {(const char *)data, size};
    if (tool.main)
        fuzz_file("input", input);
    int status;
    close_files(true);
    write_to(path_in_folder("output"));
    util_die_hook = on_death;
    bool lived = lives(&tool, input, &status);
    fuzz_death = lived ? NULL : last_words;
    if (lived && status == 0)
        check_output(input);
    util_die_hook = NULL;
    close_files(false);
    return 0;
}
