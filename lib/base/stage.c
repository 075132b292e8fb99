/* stage: the files of a folder that appear together. */
#include "base/stage.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/lock.h"

#define PREFIX ".tagpipe-"
#define SUFFIX ".new"

struct stage {
    char *dir, *folder;
};

static struct stage *open_stage; /* for the end of the process */

static bool is_stage(const char *name)
{
    size_t n = strlen(name), end = strlen(SUFFIX);
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0 && n > end && strcmp(name + n - end, SUFFIX) == 0;
}

static void remove_stage(const char *path)
{
    struct stat st;
    if (lstat(path, &st) || !S_ISDIR(st.st_mode)) /* a link leads elsewhere */
        return;
    file_each(path, NULL, file_remove);
    rmdir(path);
}

static void remove_at_exit(void)
{
    if (open_stage)
        remove_stage(open_stage->folder);
}

void stage_lock(const char *dir)
{
    lock_folder(dir);
    file_each(dir, is_stage, remove_stage);
}

struct stage *stage_open(const char *dir)
{
    static bool registered;
    struct stage *s = xmalloc(1, sizeof *s);
    *s = (struct stage){xstrdup(dir), xasprintf("%s/" PREFIX "%ld" SUFFIX, dir, (long)getpid())};
    if (mkdir(s->folder, 0777))
        die("cannot make the folder %s:", s->folder);
    open_stage = s;
    if (!registered)
        atexit(remove_at_exit);
    registered = true;
    return s;
}

const char *stage_folder(const struct stage *s)
{
    return s->folder;
}

const char *stage_target(const struct stage *s)
{
    return s->dir;
}

void stage_commit(struct stage *s, size_t n, const char *const *name)
{
    for (size_t i = n; i-- > 0;) {
        char *path = file_path(s->dir, name[i]);
        if (unlink(path) && errno != ENOENT)
            die("cannot replace %s:", path);
        free(path);
    }
    for (size_t i = 0; i < n; i++) {
        char *from = file_path(s->folder, name[i]), *path = file_path(s->dir, name[i]);
        if (file_exists(from) && rename(from, path))
            die("cannot rename %s to %s:", from, path);
        free(from);
        free(path);
    }
    open_stage = NULL;
    remove_stage(s->folder);
    file_sync_names(s->folder);
    free(s->dir);
    free(s->folder);
    free(s);
}
