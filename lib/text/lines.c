/* lines: text files and standard input, line by line. */
#include "text/lines.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/magic.h"
#include "text/utf8.h"

struct lines *lines_open(const char *const *paths, size_t max_size)
{
    struct lines *l = xcalloc(1, sizeof *l);
    l->in = input_new(paths);
    l->max_size = max_size;
    return l;
}

void lines_show_progress(struct lines *l, const char *what, bool wanted)
{
    l->progress = progress_reading(what, "lines", wanted);
}

void lines_die(const struct lines *l, const char *format, ...)
{
    char text[2048];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    if (l->number == 0)
        die("%s: %s", l->in.name, text);
    if (l->record > 0)
        die("%s:%zu: record %zu: %s", l->in.name, l->number, l->record, text);
    die("%s:%zu: %s", l->in.name, l->number, text);
}

/* A whole buffer at once is cheaper than line by line; the line in which this stops is looked at again, for its message. */
static void look_through(struct lines *l)
{
    const char *start = l->in.buffer + l->checked;
    size_t size = utf8_invalid_at(start, l->in.end - l->checked);
    const char *nul = size > 0 ? memchr(start, 0, size) : NULL;
    l->checked += nul ? (size_t)(nul - start) : size;
}

static void fill(struct lines *l)
{
    struct input *in = &l->in;
    l->checked = l->checked > in->start ? l->checked - in->start : 0; /* input_fill moves what is left to the front */
    if (in->end - in->start > l->max_size) {
        l->number++;
        lines_die(l, "a line longer than %zu MiB", l->max_size >> 20);
    }
    input_fill(in);
    look_through(l);
}

/* The size of the next line with its end; 0 at the end of the file. */
static size_t line_size(struct lines *l)
{
    struct input *in = &l->in;
    size_t seen = 0;
    for (;;) {
        char *start = in->buffer ? in->buffer + in->start : NULL;
        size_t left = in->end - in->start;
        /* NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): where something is left there is a buffer */
        char *end = left > seen ? memchr(start + seen, '\n', left - seen) : NULL;
        if (end)
            return (size_t)(end - start) + 1;
        if (in->at_end)
            return left;
        seen = left;
        fill(l);
    }
}

static void check(const struct lines *l, struct str line)
{
    size_t bad = utf8_invalid_at(line.data, line.size);
    if (bad < line.size)
        lines_die(l, "invalid UTF-8: byte 0x%02x at column %zu; convert the file first, for example with iconv",
                  (unsigned char)line.data[bad], bad + 1);
    if (memchr(line.data, 0, line.size))
        lines_die(l, "a NUL byte: this is not text");
}

static void check_magic(const struct input *in)
{
    const char *advice = magic_advice(in->buffer + in->start, in->end - in->start);
    if (advice)
        die("%s %s", in->name, advice);
}

bool lines_next(struct lines *l, struct str *line)
{
    struct input *in = &l->in;
    size_t size = 0;
    while (in->fd < 0 || (size = line_size(l)) == 0) {
        if (in->fd >= 0 && l->number == 0)
            die("%s is empty", in->name);
        if (!input_next_file(in)) {
            progress_share(&l->progress, l->seen, in->size > 0);
            progress_end(&l->progress, NULL);
            return false;
        }
        l->number = l->checked = 0;
    }
    l->first_of_file = l->number++ == 0;
    if (l->first_of_file)
        check_magic(in);
    *line = (struct str){in->buffer + in->start, size};
    in->start += size;
    if (line->data[line->size - 1] == '\n')
        line->size--;
    if (line->size > 0 && line->data[line->size - 1] == '\r')
        line->size--;
    if (l->first_of_file && line->size >= 3 && memcmp(line->data, "\xef\xbb\xbf", 3) == 0)
        *line = (struct str){line->data + 3, line->size - 3};
    if (in->start > l->checked)
        check(l, *line);
    progress_share(&l->progress, ++l->seen, input_share(in));
    return true;
}

void lines_close(struct lines *l)
{
    if (!l)
        return;
    input_close(&l->in);
    free(l);
}
