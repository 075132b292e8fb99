/* input: files one after the other. */
#include "base/input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { READ_SIZE = 256 << 10 };

static bool is_standard_input(const char *path)
{
    return strcmp(path, "-") == 0;
}

/* Bytes of all the files; 0 if one of them has no end that is known. */
static double total_size(const char *const *path)
{
    double size = 0;
    struct stat about;
    for (; *path; path++) {
        if ((is_standard_input(*path) ? fstat(STDIN_FILENO, &about) : stat(*path, &about)) != 0 || !S_ISREG(about.st_mode))
            return 0;
        size += (double)about.st_size;
    }
    return size;
}

struct input input_new(const char *const *paths)
{
    static const char *const standard_input[] = {"-", NULL};
    const char *const *path = paths && *paths ? paths : standard_input;
    return (struct input){.name = "", .fd = -1, .path = path, .size = total_size(path)};
}

static void close_file(struct input *in)
{
    if (in->fd > STDERR_FILENO)
        close(in->fd);
    in->fd = -1;
}

bool input_next_file(struct input *in)
{
    close_file(in);
    if (!*in->path)
        return false;
    const char *path = *in->path++;
    bool standard = is_standard_input(path);
    in->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (in->fd < 0)
        die("cannot open %s:", path);
    in->name = standard ? "standard input" : path;
    in->start = in->end = 0;
    in->at_end = false;
    return true;
}

bool input_is_stopped(const struct input *in)
{
    return in->stop && *in->stop;
}

bool input_fill(struct input *in)
{
    if (in->at_end)
        return false;
    if (in->start > 0) {
        memmove(in->buffer, in->buffer + in->start, in->end - in->start);
        in->end -= in->start;
        in->start = 0;
    }
    GROW(in->buffer, in->room, in->end + READ_SIZE);
    if (in->before_read)
        in->before_read(in->before_read_data);
    ssize_t got;
    do
        got = read(in->fd, in->buffer + in->end, in->room - in->end);
    while (got < 0 && errno == EINTR && !input_is_stopped(in));
    if (got < 0 && input_is_stopped(in))
        got = 0;
    if (got < 0)
        die("cannot read %s:", in->name);
    in->at_end = got == 0;
    in->end += (size_t)got;
    in->got += (double)got;
    return got > 0;
}

bool input_is_ready(const struct input *in)
{
    struct pollfd p = {.fd = in->fd, .events = POLLIN};
    return poll(&p, 1, 0) > 0;
}

double input_share(const struct input *in)
{
    return in->size > 0 ? (in->got - (double)(in->end - in->start)) / in->size : 0;
}

void input_close(struct input *in)
{
    close_file(in);
    free(in->buffer);
    in->buffer = NULL;
}
