/* file: whole files in, whole files out. */
#define _DEFAULT_SOURCE             /* madvise */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct mapping file_map(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st))
        die("cannot open %s:", path);
    if (!S_ISREG(st.st_mode))
        die("%s is no regular file", path);
    struct mapping map = {NULL, (size_t)st.st_size};
    if (map.size > 0) {
        void *at = mmap(NULL, map.size, PROT_READ, MAP_SHARED, fd, 0);
        if (at == MAP_FAILED)
            die("cannot map %s:", path);
        map.data = at;
    }
    close(fd);
    return map;
}

void file_unmap(struct mapping map)
{
    if (map.data)
        munmap((void *)(uintptr_t)map.data, map.size);
}

void file_forget(struct mapping map, const uint8_t *at, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), from = (size_t)(at - map.data), to = from + size;
    from = (from + page - 1) / page * page;
    to = to / page * page;
    if (from < to)
        madvise((void *)(uintptr_t)(map.data + from), to - from, MADV_DONTNEED);
}

char *file_read(const char *path, size_t limit, size_t *size)
{
    struct mapping map = file_map(path);
    if (map.size > limit)
        die("%s has %zu bytes; at most %zu are read", path, map.size, limit);
    char *text = xstrndup(map.data ? (const char *)map.data : "", map.size);
    file_unmap(map);
    if (size)
        *size = map.size;
    return text;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *path_join(const char *dir, const char *name)
{
    size_t size = strlen(dir);
    return xasprintf("%s%s%s", dir, size > 0 && dir[size - 1] == '/' ? "" : "/", name);
}

/* ---- output files ---- */

struct outfile { FILE *file; char *path, *temporary; size_t slot; };    /* slot PENDING_MAX: written in place */

/* Names to remove when the process ends early; a signal handler may read them at any time. */
enum { PENDING_MAX = 16 };
static char *volatile pending[PENDING_MAX];

static void remove_pending(void)
{
    for (size_t i = 0; i < PENDING_MAX; i++)
        if (pending[i])
            unlink(pending[i]);
}

static void on_signal(int number)
{
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
    static bool done;
    if (done)
        return;
    done = true;
    atexit(remove_pending);
    clean_up_on(SIGINT);
    clean_up_on(SIGTERM);
    clean_up_on(SIGHUP);
}

struct outfile *outfile_open(const char *path)
{
    struct outfile *out = xcalloc(1, sizeof *out);
    struct stat st;
    out->path = xstrdup(path);
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {     /* a device or a pipe is written to, never replaced */
        out->slot = PENDING_MAX;
        out->temporary = xstrdup(path);
        out->file = fopen(path, "we");
        if (!out->file)
            die("cannot open %s:", path);
        return out;
    }
    clean_up_at_exit();
    out->temporary = xasprintf("%s.tmp", path);
    while (out->slot < PENDING_MAX && pending[out->slot])
        out->slot++;
    if (out->slot == PENDING_MAX)
        die("more than %d output files at once", PENDING_MAX);
    out->file = fopen(out->temporary, "we");
    if (!out->file)
        die("cannot create %s:", out->temporary);
    pending[out->slot] = out->temporary;
    return out;
}

void outfile_write(struct outfile *out, const void *bytes, size_t size)
{
    if (size > 0 && fwrite(bytes, 1, size, out->file) != size)
        die("cannot write %s:", out->temporary);
}

void outfile_sync(struct outfile *out)
{
    if (!out->file)
        return;
    if (fflush(out->file) || (fsync(fileno(out->file)) && out->slot < PENDING_MAX))
        die("cannot write %s:", out->temporary);
    if (fclose(out->file))
        die("cannot write %s:", out->temporary);
    out->file = NULL;
}

static void forget(struct outfile *out)
{
    if (out->slot < PENDING_MAX)
        pending[out->slot] = NULL;
    free(out->path);
    free(out->temporary);
    free(out);
}

/* The rename itself must survive a power cut, too. */
static void sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *dir = slash ? xstrndup(path, slash == path ? 1 : (size_t)(slash - path)) : xstrdup(".");
    int fd = open(dir, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd);                      /* not every file system can; the data itself is safe */
        close(fd);
    }
    free(dir);
}

void outfile_commit(struct outfile *out)
{
    outfile_sync(out);
    if (out->slot < PENDING_MAX && rename(out->temporary, out->path))
        die("cannot rename %s to %s:", out->temporary, out->path);
    sync_folder(out->path);
    forget(out);
}

void outfile_discard(struct outfile *out)
{
    if (out->file)
        fclose(out->file);
    if (out->slot < PENDING_MAX)
        unlink(out->temporary);
    forget(out);
}

void dir_make(const char *path)
{
    char *part = xstrdup(path);
    for (char *c = part + (*part != 0); ; c++)
        if (*c == '/' || !*c) {
            char kept = *c;
            *c = 0;
            struct stat st;
            if (mkdir(part, 0777) && (errno != EEXIST || stat(part, &st) || !S_ISDIR(st.st_mode)))
                die("cannot make the folder %s:", part);
            if (!(*c = kept))
                break;
        }
    free(part);
}
