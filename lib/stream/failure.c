/* failure: the mark at the end of a broken stream. */
#include "stream/failure.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stream/pack.h"

static bool wanted; /* a handler of exit takes no argument */

/* Straight to the file: a write that fails here has nobody to tell. */
static void write_mark(void)
{
    if (!wanted)
        return;
    struct buffer mark = {0};
    pack_map(&mark, 2);
    pack_string(&mark, "failed");
    pack_string(&mark, util_program);
    pack_string(&mark, "group");
    pack_int(&mark, getpgrp());
    ssize_t written = write(STDOUT_FILENO, mark.data, mark.n);
    (void)written;
    free(mark.data);
}

void failure_mark_at_exit(bool is_wanted)
{
    static bool registered;
    if (!registered)
        atexit(write_mark);
    registered = true;
    wanted = is_wanted;
}

static bool is_pipe(const struct input *in)
{
    struct stat about;
    return fstat(in->fd, &about) == 0 && (S_ISFIFO(about.st_mode) || S_ISSOCK(about.st_mode));
}

void failure_check(const struct record *record, const struct input *in)
{
    struct msg failed = record_find(record, "failed"), group = record_find(record, "group");
    struct str tool;
    int64_t id;
    if (record->n_fields != 2 || !failed.data || !group.data || !msg_str(&failed, &tool) || !msg_int(&group, &id))
        return;
    if (is_pipe(in) && id == getpgrp())
        util_leave(1);
    die("%s: not complete: %.*s failed after record %llu", in->name, (int)tool.size, tool.data,
        (unsigned long long)record->number - 1);
}

void failure_empty(const struct input *in)
{
    if (is_pipe(in))
        util_leave(1);
    die("%s is empty: not even a header; did the tool that wrote it fail?", in->name);
}
