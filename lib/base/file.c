/* file: whole files in, whole files out. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a mapped file was when it was opened. A signal handler reads the list, so each is whole before it is in there. */
struct file_watch {
    char *path;
    int fd;
    struct stat then;
    const uint8_t *data, *end;
    struct file_watch *volatile next;
};
static struct file_watch *volatile watches;

#define REMEDY "it was changed in place while it was read; write it under another name and rename that (mv), then run this again"

static void put(const char *text)
{
    ssize_t written = write(STDERR_FILENO, text, strlen(text));
    (void)written;
}

/* The end of the file has gone. */
static void on_bus_error(int number, siginfo_t *info, void *context)
{
    (void)context;
    const uint8_t *at = info->si_addr;
    for (struct file_watch *w = watches; w; w = w->next)
        if (at >= w->data && at < w->end) {
            put(util_program);
            put(": ");
            put(w->path);
            put(": " REMEDY "\n");
            _exit(1);
        }
    signal(number, SIG_DFL); /* a fault of another kind: the same access again ends the process */
}

static void watch(struct mapping *map, const char *path, int fd, const struct stat *then)
{
    struct file_watch *w = map->watch = xmalloc(1, sizeof *w);
    *w = (struct file_watch){xstrdup(path), fd, *then, map->data, map->data + map->size, watches};
    watches = w;
    struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
    sigaction(SIGBUS, &action, NULL);
}

static int open_regular(const char *path, size_t limit, struct stat *st)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY); /* a pipe without a writer would wait for ever */
    if (fd < 0 || fstat(fd, st))
        die("cannot open %s:", path);
    if (!S_ISREG(st->st_mode))
        die("%s is not a regular file", path);
    if ((size_t)st->st_size > limit)
        die("%s has %zu bytes; at most %zu are read", path, (size_t)st->st_size, limit);
    return fd;
}

struct mapping file_map_within(const char *path, size_t limit)
{
    struct stat st;
    int fd = open_regular(path, limit, &st);
    struct mapping map = {.size = (size_t)st.st_size};
    /* The NULs may need a page of their own. */
    uint8_t *room = mmap(NULL, map.size + FILE_NULS, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED || (map.size > 0 && mmap(room, map.size, PROT_READ, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED))
        die("cannot map %s:", path);
    map.data = room;
    watch(&map, path, fd, &st);
    return map;
}

struct mapping file_map(const char *path)
{
    return file_map_within(path, SIZE_MAX - FILE_NULS);
}

static bool has_changed(int fd, const struct stat *then)
{
    struct stat now;
    return fstat(fd, &now) || now.st_size != then->st_size || now.st_mtim.tv_sec != then->st_mtim.tv_sec
           || now.st_mtim.tv_nsec != then->st_mtim.tv_nsec;
}

void file_unmap(struct mapping map)
{
    struct file_watch *w = map.watch;
    if (!w)
        return;
    if (has_changed(w->fd, &w->then))
        die("%s: " REMEDY, w->path);
    struct file_watch *volatile *place = &watches;
    while (*place != w)
        place = &(*place)->next;
    *place = w->next;
    munmap((void *)(uintptr_t)map.data, map.size + FILE_NULS);
    close(w->fd);
    free(w->path);
    free(w);
}

void file_forget(struct mapping map, const uint8_t *data, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), from = (size_t)(data - map.data), to = from + size;
    from = (from + page - 1) / page * page;
    to = to / page * page;
    if (from < to)
        madvise((void *)(uintptr_t)(map.data + from), to - from, MADV_DONTNEED);
}

/* Not by file_map: to be mapped costs more than to be copied. */
char *file_read(const char *path, size_t limit, size_t *size)
{
    struct stat st;
    int fd = open_regular(path, limit, &st);
    size_t n = 0, given = (size_t)st.st_size;
    char *text = xmalloc(given + FILE_NULS, 1);
    for (ssize_t got = 1; n < given && got != 0; n += got > 0 ? (size_t)got : 0)
        if ((got = read(fd, text + n, given - n)) < 0 && errno != EINTR)
            die("cannot read %s:", path);
    if (n < given || has_changed(fd, &st))
        die("%s: " REMEDY, path);
    close(fd);
    memset(text + n, 0, FILE_NULS);
    if (size)
        *size = n;
    return text;
}

bool file_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

bool file_is_in(const char *dir, const char *name)
{
    char *path = file_path(dir, name);
    bool there = file_exists(path);
    free(path);
    return there;
}

const char *file_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

char *file_path(const char *dir, const char *name)
{
    size_t size = strlen(dir);
    return xasprintf("%s%s%s", dir, size > 0 && dir[size - 1] == '/' ? "" : "/", name);
}

void file_sync_names(const char *path)
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

void file_each(const char *dir, bool (*wanted)(const char *name), void (*each)(const char *path))
{
    DIR *folder = opendir(dir);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && (!wanted || wanted(entry->d_name))) {
            char *path = file_path(dir, entry->d_name);
            each(path);
            free(path);
        }
    if (folder)
        closedir(folder);
}

void file_remove(const char *path)
{
    unlink(path);
}

void file_make_folder(const char *path)
{
    char *part = xstrdup(path);
    for (char *c = part + (*part != 0);; c++)
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
