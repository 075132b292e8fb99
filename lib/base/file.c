/* file: whole files in, whole files out. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
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
        die("%s is not a regular file", path);
    struct mapping map = {NULL, (size_t)st.st_size};
    if (map.size > 0) {
        void *memory = mmap(NULL, map.size, PROT_READ, MAP_SHARED, fd, 0);
        if (memory == MAP_FAILED)
            die("cannot map %s:", path);
        map.data = memory;
    }
    close(fd);
    return map;
}

void file_unmap(struct mapping map)
{
    if (map.data)
        munmap((void *)(uintptr_t)map.data, map.size);
}

void file_forget(struct mapping map, const uint8_t *data, size_t size)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE), from = (size_t)(data - map.data), to = from + size;
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

char *file_path(const char *dir, const char *name)
{
    size_t size = strlen(dir);
    return xasprintf("%s%s%s", dir, size > 0 && dir[size - 1] == '/' ? "" : "/", name);
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
