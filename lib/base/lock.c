/* lock: one writer at a time in a folder. */
#define _DEFAULT_SOURCE /* flock */
#include "base/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

static char *made; /* the folder that this process has made */

static void remove_empty(void)
{
    if (made)
        rmdir(made); /* fails where something was saved */
}

/* Whether the open folder is still the one of this name: its last holder may have removed it. */
static bool is_at(int fd, const char *dir)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(dir, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

void lock_folder(const char *dir)
{
    enum { TRIES = 100 };
    for (int i = 0; i < TRIES; i++) {
        bool there = file_exists(dir);
        file_make_folder(dir);
        int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0 && errno == ENOENT)
            continue;
        if (fd < 0)
            die("cannot open %s:", dir);
        if (!there && !made) {
            made = xstrdup(dir);
            atexit(remove_empty);
        }
        if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
            if (is_at(fd, dir))
                return; /* fd stays open */
        } else if (errno == EWOULDBLOCK) {
            free(made); /* it belongs to the other one now */
            made = NULL;
            die("%s: another process is writing there (trainstep or bertinit); wait until it ends, or choose another folder",
                dir);
        } else if (errno != EINTR) {
            warn("%s cannot be locked on this file system: see that nothing else writes there:", dir);
            return;
        }
        close(fd);
    }
    die("%s: it appears and disappears; is another process working there?", dir);
}
