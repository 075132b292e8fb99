/* fuzz: readers of outside bytes, run on bytes that nobody meant.
 *
 * A target is one reader, or the command line of one tool. It runs in this process, again and again: util_die_hook leaves a run
 * that dies. Its memory is not freed then, so a process that has grown ends with FUZZ_RESTART and is started again. What a tool
 * writes with exit 0 must be readable: `then` is the reader that tries.
 *
 * The same targets run under libFuzzer (clang) and under the plain driver in driver.c (any compiler), by tests/fuzz/run.sh. Two
 * variables of the environment: FUZZ names the target, FUZZ_DIR is the folder that tests/fuzz/seeds.sh has made. */
#ifndef TAGPIPE_FUZZ_FUZZ_H
#define TAGPIPE_FUZZ_FUZZ_H

#include <tagpipe/str.h>

enum { FUZZ_RESTART = 77, FUZZ_ARGUMENTS_MAX = 12 };

struct fuzz_command {
    int (*main)(int argc, char **argv);
    const char *argument[FUZZ_ARGUMENTS_MAX]; /* "@": a file with the input; "model/...": in FUZZ_DIR. NULL at the end */
};
struct fuzz_target {
    const char *name;
    void (*run)(struct str input); /* or: */
    struct fuzz_command tool, then;
};
extern const struct fuzz_target fuzz_tools[], fuzz_files[]; /* each ends with a NULL name */

/* Write a file of this name in fuzz_folder(), a folder of this process. Returns its path, valid until the next calls. */
const char *fuzz_file(const char *name, struct str bytes);
const char *fuzz_folder(void);
void fuzz_remove(const char *name);
/* A path in FUZZ_DIR. The caller frees. */
char *fuzz_path(const char *name);
/* The bytes up to the next 0xff, which no text has in it; *rest begins after it. */
struct str fuzz_part(struct str *rest);

/* The message with which the last run died; NULL: it lived. */
extern const char *fuzz_death;

/* What libFuzzer calls, and the driver. */
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
