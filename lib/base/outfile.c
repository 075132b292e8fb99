/* outfile: output files that appear whole or not at all. */
#define _DEFAULT_SOURCE /* flock */
#include "base/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/file.h"

enum { COLLECTED = 128 << 10 }; /* bytes that are written at once */
#define MARK ".tagpipe-"
#define SUFFIX ".tmp"

/* slot PENDING_MAX: written in place */
struct outfile {
    int fd; /* -1: on the disk */
    struct buffer bytes;
    char *path, *temporary;
    size_t slot;
};

/* Names to remove when the process that made them ends early. A signal handler may read them at any time. */
enum { PENDING_MAX = 16 };
static char *volatile pending[PENDING_MAX];
static pid_t owner[PENDING_MAX];
static atomic_int creating; /* a file may be there that is not among them yet */

static void remove_pending(void)
{
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (pending[i] && owner[i] == getpid())
            unlink(pending[i]);
}

/* On any thread: the one that creates a file takes no signal meanwhile. */
static void on_signal(int number)
{
    enum { PATIENCE = 1000 };
    for (int i = 0; creating && i < PATIENCE; i++)
        nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
    remove_pending();
    signal(number, SIG_DFL);
    raise(number);
}

/* Only where the tool has no handler of its own (and the shell did not ask to ignore the signal). */
static void clean_up_on(int number)
{
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && !(action.sa_flags & SA_SIGINFO) && action.sa_handler == SIG_DFL) {
        action = (struct sigaction){.sa_handler = on_signal};
        sigaction(number, &action, NULL);
    }
}

static void clean_up_at_exit(void)
{
    static bool done; /* handlers are set once a process */
    if (done)
        return;
    done = true;
    atexit(remove_pending);
    clean_up_on(SIGINT);
    clean_up_on(SIGTERM);
    clean_up_on(SIGHUP);
}

/* ---- temporary names: NAME.tagpipe-PID.tmp, each locked by the process that writes it ---- */

static bool is_temporary(const char *name)
{
    const char *mark = strstr(name, MARK);
    return mark && strspn(mark + strlen(MARK), "0123456789-") == strlen(mark + strlen(MARK)) - strlen(SUFFIX)
           && strcmp(name + strlen(name) - strlen(SUFFIX), SUFFIX) == 0;
}

/* Nobody holds the lock of a file whose process is dead. */
static void remove_dead(const char *path)
{
    int fd = open(path, O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        unlink(path);
    if (fd >= 0)
        close(fd);
}

/* Once a folder: a tool may write thousands of files there. */
static void clean_folder_of(const char *path)
{
    static char *cleaned;
    static pid_t by;
    const char *name = file_name(path);
    char *dir = name == path ? xstrdup("./") : xstrndup(path, (size_t)(name - path));
    if (cleaned && by == getpid() && strcmp(cleaned, dir) == 0) {
        free(dir);
        return;
    }
    free(cleaned);
    cleaned = dir;
    by = getpid();
    file_each(dir, is_temporary, remove_dead);
}

/* Whether the file is ours and has its name: remove_dead may have come between open and flock. A file system without locks has
 * nobody who removes. */
static bool lock_it(int fd)
{
    struct stat st;
    while (flock(fd, LOCK_EX | LOCK_NB))
        if (errno != EINTR)
            return errno != EWOULDBLOCK;
    return fstat(fd, &st) || st.st_nlink > 0;
}

/* Opens out->temporary, which must not be there, nor be a link. A signal that comes meanwhile finds the name. */
static void create(struct outfile *out)
{
    sigset_t signals, before;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &signals, &before);
    creating = 1;
    out->fd = open(out->temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    const int reason = errno;
    if (out->fd >= 0) {
        owner[out->slot] = getpid();
        pending[out->slot] = out->temporary;
    }
    creating = 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = reason;
}

static void open_temporary(struct outfile *out)
{
    enum { TRIES = 100 };
    for (int i = 0; i < TRIES; i++) {
        char *name = out->temporary =
            xasprintf(i ? "%s" MARK "%ld-%d" SUFFIX : "%s" MARK "%ld" SUFFIX, out->path, (long)getpid(), i);
        create(out);
        if (out->fd < 0 && errno != EEXIST && errno != EINTR)
            break;
        if (out->fd >= 0) {
            if (lock_it(out->fd))
                return;
            pending[out->slot] = NULL;
            close(out->fd);
        }
        free(name);
    }
    die("cannot create a file in the folder of %s:", out->path);
}

struct outfile *outfile_open(const char *path)
{
    struct outfile *out = xcalloc(1, sizeof *out);
    struct stat st;
    out->path = xstrdup(path);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a device or a pipe is written to, never replaced */
        out->slot = PENDING_MAX;
        out->temporary = xstrdup(path);
        out->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
        if (out->fd < 0)
            die("cannot open %s:", path);
        return out;
    }
    clean_up_at_exit();
    clean_folder_of(path);
    while (out->slot < PENDING_MAX && pending[out->slot])
        out->slot++;
    if (out->slot == PENDING_MAX)
        die("more than %d output files at once", PENDING_MAX);
    open_temporary(out);
    return out;
}

static void put(struct outfile *out, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t n = write(out->fd, bytes, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            die("cannot write %s:", out->path);
        bytes += n;
        size -= (size_t)n;
    }
}

void outfile_write(struct outfile *out, const void *bytes, size_t size)
{
    if (out->bytes.n + size <= COLLECTED) {
        buffer_add(&out->bytes, bytes, size);
        return;
    }
    put(out, out->bytes.data, out->bytes.n);
    out->bytes.n = 0;
    if (size < COLLECTED)
        buffer_add(&out->bytes, bytes, size);
    else
        put(out, bytes, size);
}

void outfile_rewrite(struct outfile *out, size_t place, const void *bytes, size_t size)
{
    put(out, out->bytes.data, out->bytes.n);
    out->bytes.n = 0;
    if (out->slot < PENDING_MAX && pwrite(out->fd, bytes, size, (off_t)place) != (ssize_t)size)
        die("cannot write %s:", out->path);
}

void outfile_sync(struct outfile *out)
{
    if (out->fd < 0)
        return;
    put(out, out->bytes.data, out->bytes.n);
    int failed;
    do
        failed = fsync(out->fd);
    while (failed && errno == EINTR);
    if ((failed && out->slot < PENDING_MAX) || (close(out->fd) && errno != EINTR)) /* EINTR: it is closed all the same */
        die("cannot write %s:", out->path);
    out->fd = -1;
}

static void forget(struct outfile *out)
{
    if (out->slot < PENDING_MAX)
        pending[out->slot] = NULL;
    free(out->bytes.data);
    free(out->path);
    free(out->temporary);
    free(out);
}

bool outfile_replace(struct outfile *out)
{
    outfile_sync(out);
    if (out->slot < PENDING_MAX && rename(out->temporary, out->path))
        return false;
    file_sync_names(out->path);
    forget(out);
    return true;
}

void outfile_commit(struct outfile *out)
{
    if (!outfile_replace(out))
        die("cannot rename %s to %s:", out->temporary, out->path);
}

void outfile_discard(struct outfile *out)
{
    if (out->fd >= 0)
        close(out->fd);
    if (out->slot < PENDING_MAX)
        unlink(out->temporary);
    forget(out);
}

void outfile_copy(const char *from, const char *path)
{
    struct mapping map = file_map(from);
    struct outfile *out = outfile_open(path);
    outfile_write(out, map.data, map.size);
    file_unmap(map); /* dies if it was changed meanwhile */
    outfile_commit(out);
}
