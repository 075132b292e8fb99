/* outfile: output files that appear whole or not at all. */
#include "base/outfile.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
/* slot PENDING_MAX: written in place */
struct outfile {
    FILE *file;
    char *path, *temporary;
    size_t slot;
};

/* Names to remove when the process ends early. A signal handler may read them at any time. */
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
    static bool done; /* handlers are set once a process */
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
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) { /* a device or a pipe is written to, never replaced */
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
        fsync(fd); /* not every file system can; the data itself is safe */
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

void outfile_copy(const char *from, const char *path)
{
    struct mapping map = file_map(from);
    struct outfile *out = outfile_open(path);
    outfile_write(out, map.data, map.size);
    outfile_commit(out);
    file_unmap(map);
}
