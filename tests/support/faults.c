/* faults: a library for LD_PRELOAD. The n-th allocation, or the n-th input or output call, of a program fails, counted from
 * main on.
 *
 * FAULT="alloc 17" or "io 17 5" (5: EIO; 0: only half of a read or write is done). "create 15": signal 15 comes while a file is
 * created. FAULT=count writes to the file FAULT_COUNT how many of each there are. This is no part of the unit tests: faults.bats
 * and tests/soak/faults.sh compile it with -DFAULTS.
 * glibc's own names for malloc and the others are called, because dlsym allocates. */
#ifdef FAULTS
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *old, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

enum { ALLOC, IO };
static atomic_long count[2];
static long fail_at[2] = {-1, -1};
static int fail_with, signal_at_create;
static bool on, counts;

static bool fails(int kind)
{
    return on && atomic_fetch_add(&count[kind], 1) + 1 == fail_at[kind];
}

/* ---- memory ---- */

#define ALLOCATION(call)                                                                                                         \
    if (fails(ALLOC)) {                                                                                                          \
        errno = ENOMEM;                                                                                                          \
        return NULL;                                                                                                             \
    }                                                                                                                            \
    return call
void *malloc(size_t size)
{
    ALLOCATION(__libc_malloc(size));
}
void *calloc(size_t n, size_t size)
{
    ALLOCATION(__libc_calloc(n, size));
}
void *realloc(void *old, size_t size)
{
    ALLOCATION(__libc_realloc(old, size));
}
void *aligned_alloc(size_t alignment, size_t size)
{
    ALLOCATION(__libc_memalign(alignment, size));
}
int posix_memalign(void **to, size_t alignment, size_t size)
{
    void *memory = fails(ALLOC) ? NULL : __libc_memalign(alignment, size);
    if (memory)
        *to = memory;
    return memory ? 0 : ENOMEM;
}

/* ---- input and output ---- */

static bool io_fails(void)
{
    if (!fails(IO))
        return false;
    errno = fail_with;
    return fail_with != 0;
}

/* Of these two calls half is done where fail_with is 0. */
static ssize_t transfer(long number, int fd, void *bytes, size_t size)
{
    if (fd != STDERR_FILENO && fails(IO)) {
        errno = fail_with;
        if (fail_with)
            return -1;
        size = size > 1 ? size / 2 : size;
    }
    return syscall(number, fd, bytes, size);
}
ssize_t read(int fd, void *to, size_t size)
{
    return transfer(SYS_read, fd, to, size);
}
ssize_t write(int fd, const void *from, size_t size)
{
    return transfer(SYS_write, fd, (void *)from, size);
}
ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at)
{
    return io_fails() ? -1 : syscall(SYS_pwrite64, fd, from, size, at);
}
/* The signal of FAULT="create N" comes while a file is created. */
static int opened(int fd, int flags)
{
    if (signal_at_create && (flags & O_CREAT))
        kill(getpid(), signal_at_create);
    return fd;
}
static mode_t mode_of(int flags, va_list list)
{
    return flags & O_CREAT ? va_arg(list, mode_t) : 0;
}
int open64(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return io_fails() ? -1 : opened((int)syscall(SYS_openat, AT_FDCWD, path, flags | O_LARGEFILE, mode), flags);
}
int open(const char *path, int flags, ...)
{
    va_list list;
    va_start(list, flags);
    mode_t mode = mode_of(flags, list);
    va_end(list);
    return io_fails() ? -1 : opened((int)syscall(SYS_openat, AT_FDCWD, path, flags, mode), flags);
}
int close(int fd)
{
    if (fd == STDERR_FILENO)
        return 0;
    int done = (int)syscall(SYS_close, fd); /* as Linux: the file is closed, whatever is reported */
    return io_fails() ? -1 : done;
}
int fsync(int fd)
{
    return io_fails() ? -1 : (int)syscall(SYS_fsync, fd);
}
int rename(const char *from, const char *to)
{
    return io_fails() ? -1 : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}
int mkdir(const char *path, mode_t mode)
{
    return io_fails() ? -1 : (int)syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}
int flock(int fd, int operation)
{
    return io_fails() ? -1 : (int)syscall(SYS_flock, fd, operation);
}
int fstat64(int fd, struct stat64 *st)
{
    return io_fails() ? -1 : (int)syscall(SYS_newfstatat, fd, "", st, 0x1000 /* AT_EMPTY_PATH */);
}
void *mmap64(void *at, size_t size, int protection, int flags, int fd, off64_t offset)
{
    if (fd >= 0 && io_fails()) /* libraries map memory in this way */
        return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, size, protection, flags, fd, offset); /* NOLINT */
}

/* ---- the start and the end ---- */

static int (*real_main)(int, char **, char **);

static int counted_main(int argc, char **argv, char **environment)
{
    on = true;
    return real_main(argc, argv, environment);
}

typedef int starter(int (*)(int, char **, char **), int, char **, void (*)(void), void (*)(void), void (*)(void), void *);

int __libc_start_main(int (*main)(int, char **, char **), int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*end)(void), void *stack)
{
    const char *fault = getenv("FAULT");
    long n = 0;
    counts = fault && strcmp(fault, "count") == 0;
    if (fault && sscanf(fault, "alloc %ld", &n) == 1)
        fail_at[ALLOC] = n;
    if (fault && sscanf(fault, "io %ld %d", &n, &fail_with) == 2)
        fail_at[IO] = n;
    if (fault)
        sscanf(fault, "create %d", &signal_at_create);
    real_main = main;
    return ((starter *)dlsym(RTLD_NEXT, "__libc_start_main"))(counted_main, argc, argv, init, fini, end, stack);
}

__attribute__((destructor)) static void write_counts(void)
{
    on = false;
    const char *path = counts ? getenv("FAULT_COUNT") : NULL;
    FILE *file = path ? fopen(path, "w") : NULL;
    if (file) {
        fprintf(file, "%ld %ld\n", atomic_load(&count[ALLOC]), atomic_load(&count[IO]));
        fclose(file);
    }
}
#endif
