/* lines: text files and standard input, line by line. */
#include "lines.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "utf8.h"

enum { READ_SIZE = 256 << 10 };

struct lines *lines_open(const char *const *paths)
{
    static const char *const standard_input[] = {"-", NULL};
    struct lines *l = xcalloc(1, sizeof *l);
    l->path = paths && *paths ? paths : standard_input;
    l->fd = -1;
    l->most = RECORD_SIZE_MAX / 2;
    l->name = "";
    l->progress = progress_reading("lines");
    l->size = progress_size(paths);
    return l;
}

void lines_die(const struct lines *l, const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    die("%s:%zu: %s", l->name, l->number, text);
}

static bool open_next(struct lines *l)
{
    if (!*l->path)
        return false;
    const char *path = *l->path++;
    bool standard = strcmp(path, "-") == 0;
    l->fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
    if (l->fd < 0)
        die("cannot open %s:", path);
    l->name = standard ? "standard input" : path;
    l->number = 0;
    l->start = l->end = l->valid = 0;
    l->at_end = false;
    return true;
}

/* A whole buffer at once is cheaper than line by line; the line in which this stops is looked at again, for its message. */
static void look_through(struct lines *l)
{
    const char *at = l->buffer + l->valid;
    size_t size = utf8_invalid_at(at, l->end - l->valid);
    const char *nul = size > 0 ? memchr(at, 0, size) : NULL;
    l->valid += nul ? (size_t)(nul - at) : size;
}

static void fill(struct lines *l)
{
    if (l->start > 0)
        memmove(l->buffer, l->buffer + l->start, l->end - l->start);
    l->end -= l->start;
    l->valid = l->valid > l->start ? l->valid - l->start : 0;
    l->start = 0;
    if (l->end > l->most) {
        l->number++;
        lines_die(l, "a line longer than %zu MiB", l->most >> 20);
    }
    GROW(l->buffer, l->room, l->end + READ_SIZE);
    if (l->tied)
        writer_flush(l->tied);
    ssize_t got;
    do
        got = read(l->fd, l->buffer + l->end, l->room - l->end);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        die("cannot read %s:", l->name);
    l->at_end = got == 0;
    l->end += (size_t)got;
    l->got += (double)got;
    look_through(l);
}

/* The size of the next line with its end; 0 at the end of the file. */
static size_t line_size(struct lines *l)
{
    size_t seen = 0;
    for (;;) {
        char *at = l->buffer ? l->buffer + l->start : NULL;
        size_t left = l->end - l->start;
        char *end = left > seen ? memchr(at + seen, '\n', left - seen) : NULL;
        if (end)
            return (size_t)(end - at) + 1;
        if (l->at_end)
            return left;
        seen = left;
        fill(l);
    }
}

static void check(const struct lines *l, struct str line)
{
    size_t bad = utf8_invalid_at(line.at, line.size);
    if (bad < line.size)
        lines_die(l, "invalid UTF-8: byte 0x%02x at column %zu; convert the file first, for example with iconv",
                  (unsigned char)line.at[bad], bad + 1);
    if (memchr(line.at, 0, line.size))
        lines_die(l, "a NUL byte: this is no text");
}

bool lines_next(struct lines *l, struct str *line)
{
    size_t size = 0;
    while (l->fd < 0 || (size = line_size(l)) == 0) {
        if (l->fd >= 0 && l->number == 0)
            die("%s is empty", l->name);
        if (l->fd > STDERR_FILENO)
            close(l->fd);
        l->fd = -1;
        if (!open_next(l)) {
            progress_share(&l->progress, l->seen, l->size > 0);
            progress_end(&l->progress, NULL);
            return false;
        }
    }
    l->first_of_file = l->number++ == 0;
    *line = (struct str){l->buffer + l->start, size};
    l->start += size;
    if (line->at[line->size - 1] == '\n')
        line->size--;
    if (line->size > 0 && line->at[line->size - 1] == '\r')
        line->size--;
    if (l->first_of_file && line->size >= 3 && memcmp(line->at, "\xef\xbb\xbf", 3) == 0)
        *line = (struct str){line->at + 3, line->size - 3};
    if (l->start > l->valid)
        check(l, *line);
    progress_share(&l->progress, ++l->seen, l->size > 0 ? (l->got - (double)(l->end - l->start)) / l->size : 0);
    return true;
}

void lines_close(struct lines *l)
{
    if (!l)
        return;
    free(l->buffer);
    free(l);
}
