/* driver: runs a target as libFuzzer does, where there is none: on given files once each, or on files of a folder that are
 * changed at random.
 *
 *     fuzz [-seed=N] [-runs=N] [-max_total_time=SECONDS] [-dict=FILE] FOLDER      exit 1 if a run crashed
 *     fuzz FILE...                                                              exit 1 if a run died
 *
 * Each run is a pure function of the seed, its number and the folder. The target runs in a child that says before each run what
 * it will try; so the parent still has the bytes when the child is gone. It writes them to crash-TARGET-RUN. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/rng.h"

enum { SIZE_LIMIT = 1 << 16, TIMEOUT = 20, CRASHES_MAX = 10, CHANGES_MAX = 8 };

static struct array_strs seeds, words; /* files of the folder; of the dictionary */
static struct shared {
    size_t run, size;
    char data[SIZE_LIMIT];
} * shared;
static uint64_t seed, draws;

void __sanitizer_set_report_fd(void *fd) __attribute__((weak));

static size_t below(size_t n)
{
    return n ? (size_t)(rng_philox(seed, shared->run, draws++).v[0] % n) : 0;
}

static void add(struct array_strs *to, struct str s)
{
    ARRAY_GROW(to->data, to->room, to->n + 1);
    to->data[to->n++] = s;
}

/* ---- one input ---- */

/* The bytes [at, at + gone) become these. */
static void replace(size_t at, size_t gone, struct str with)
{
    struct shared *s = shared;
    gone = gone < s->size - at ? gone : s->size - at;
    if (s->size - gone + with.size > SIZE_LIMIT)
        return;
    memmove(s->data + at + with.size, s->data + at + gone, s->size - at - gone);
    memmove(s->data + at, with.data, with.size);
    s->size += with.size - gone;
}

static void change(void)
{
    static const char special[] = {0, 1, 0x7f, (char)0x80, (char)0xff, '\n', '\t', ' ', '"', '0', '9', '-', ',', '{', '[', '\\'};
    char piece[64];
    size_t at = below(shared->size + 1), n = 1 + below(8);
    switch (below(8)) {
    case 0:
        if (at < shared->size)
            shared->data[at] ^= (char)(1 << below(8));
        break;
    case 1:
        if (at < shared->size)
            shared->data[at] = special[below(sizeof special)];
        break;
    case 2: replace(at, n, (struct str){piece, 0}); break;
    case 3:
        for (size_t i = 0; i < n; i++)
            piece[i] = (char)below(256);
        replace(at, below(2) * n, (struct str){piece, n});
        break;
    case 4:
        n = 1 + below(sizeof piece);
        if (at + n <= shared->size) { /* some of it again, at another place */
            memcpy(piece, shared->data + at, n);
            replace(below(shared->size), 0, (struct str){piece, n});
        }
        break;
    case 5:
        if (words.n)
            replace(at, below(2) * n, words.data[below(words.n)]);
        break;
    case 6:
        if (at < shared->size)
            shared->data[at] = (char)(shared->data[at] + (below(2) ? 1 : -1));
        break;
    default: { /* the end of another file */
        struct str other = seeds.data[below(seeds.n)];
        size_t from = below(other.size);
        replace(at, shared->size, (struct str){other.data + from, other.size - from});
    }
    }
}

static void choose(size_t run)
{
    shared->run = run;
    draws = 0;
    struct str s = seeds.data[run < seeds.n ? run : below(seeds.n)];
    shared->size = s.size < SIZE_LIMIT ? s.size : SIZE_LIMIT;
    memcpy(shared->data, s.data, shared->size);
    if (run < seeds.n)
        return; /* first each as it is */
    for (size_t n = 1 + below(CHANGES_MAX); n > 0; n--)
        change();
}

/* ---- processes ---- */

static void child(size_t run, size_t end, time_t until)
{
    if (__sanitizer_set_report_fd) /* their reports are seen, but no warnings of the tools */
        __sanitizer_set_report_fd((void *)(intptr_t)dup(STDERR_FILENO));
    int null = open("/dev/null", O_WRONLY);
    dup2(null, STDERR_FILENO);
    LLVMFuzzerInitialize(NULL, NULL);
    for (; run < end && time(NULL) < until; run++) {
        choose(run);
        char *copy = xmalloc(shared->size, 1); /* of just this size, so that the sanitizer sees its end */
        memcpy(copy, shared->data, shared->size);
        alarm(TIMEOUT);
        LLVMFuzzerTestOneInput((const uint8_t *)copy, shared->size);
        free(copy);
    }
    shared->run = run;
    _exit(0);
}

static void report(int status)
{
    char name[128];
    snprintf(name, sizeof name, "crash-%s-%zu", getenv("FUZZ"), shared->run);
    FILE *f = fopen(name, "wb");
    if (!f || fwrite(shared->data, 1, shared->size, f) != shared->size || fclose(f))
        die("cannot write %s:", name);
    fprintf(stderr, "%s: run %zu: %s %d; its input is in %s\n", getenv("FUZZ"), shared->run,
            WIFSIGNALED(status) ? "ended by signal" : "exit status", WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status),
            name);
}

static int run_all(size_t runs, size_t seconds)
{
    time_t until = time(NULL) + (time_t)seconds;
    int crashes = 0;
    size_t run = 0;
    while (run < runs && time(NULL) < until && crashes < CRASHES_MAX) {
        pid_t pid = fork();
        if (pid == 0)
            child(run, runs, until);
        int status;
        if (pid < 0 || waitpid(pid, &status, 0) != pid)
            die("cannot start a process:");
        bool restarts = WIFEXITED(status) && WEXITSTATUS(status) == FUZZ_RESTART;
        run = shared->run;
        if (restarts || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
            continue;
        report(status);
        run++;
        crashes++;
    }
    printf("%s: %zu runs, %d crashes\n", getenv("FUZZ"), run, crashes);
    return crashes > 0;
}

/* ---- files ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static struct str read_file(const char *path)
{
    struct str s;
    s.data = file_read(path, 1 << 28, &s.size);
    return s;
}

static void read_folder(const char *path)
{
    char *name[4096];
    size_t n = 0;
    DIR *dir = opendir(path);
    if (!dir)
        die("cannot open %s:", path);
    for (struct dirent *entry; (entry = readdir(dir)) && n < sizeof name / sizeof *name;)
        if (entry->d_name[0] != '.')
            name[n++] = file_path(path, entry->d_name);
    closedir(dir);
    qsort(name, n, sizeof *name, by_name);
    for (size_t i = 0; i < n; i++)
        add(&seeds, read_file(name[i]));
    if (n == 0)
        die("%s is empty", path);
}

/* Lines "\x41b..." in quotation marks. */
static void read_dictionary(const char *path)
{
    struct str all = read_file(path);
    for (const char *c = all.data; (c = strchr(c, '"')); c++) {
        char *word = xstrdup(c), *to = word;
        for (c++; *c && *c != '"'; c++) {
            unsigned code;
            if (c[0] == '\\' && c[1] == 'x' && sscanf(c + 2, "%2x", &code) == 1) {
                *to++ = (char)code;
                c += 3;
            } else
                *to++ = *c;
        }
        add(&words, (struct str){word, (size_t)(to - word)});
        if (!*c)
            break;
    }
}

int main(int argc, char **argv)
{
    size_t runs = SIZE_MAX, seconds = 1 << 30;
    const char *folder = NULL;
    struct stat about;
    util_program = "fuzz";
    if (!getenv("FUZZ"))
        LLVMFuzzerInitialize(NULL, NULL); /* prints the names */
    for (int i = 1; i < argc; i++) {
        if (strncmp(argv[i], "-runs=", 6) == 0)
            runs = strtoull(argv[i] + 6, NULL, 10);
        else if (strncmp(argv[i], "-seed=", 6) == 0)
            seed = strtoull(argv[i] + 6, NULL, 10);
        else if (strncmp(argv[i], "-max_total_time=", 16) == 0)
            seconds = strtoull(argv[i] + 16, NULL, 10);
        else if (strncmp(argv[i], "-dict=", 6) == 0)
            read_dictionary(argv[i] + 6);
        else if (stat(argv[i], &about) == 0 && S_ISDIR(about.st_mode))
            read_folder(folder = argv[i]);
        else
            add(&seeds, read_file(argv[i]));
    }
    if (!folder) { /* the files, in this process */
        int deaths = 0;
        LLVMFuzzerInitialize(NULL, NULL);
        for (size_t i = 0; i < seeds.n; i++) {
            LLVMFuzzerTestOneInput((const uint8_t *)seeds.data[i].data, seeds.data[i].size);
            if (fuzz_death)
                fprintf(stderr, "%zu: dies: %s\n", i + 1, fuzz_death);
            deaths += fuzz_death != NULL;
        }
        return deaths > 0;
    }
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        die("no memory:");
    return run_all(runs, seconds);
}
