/* output: standard output of a tool. */
#include "base/output.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

void output_flush(struct buffer *out)
{
    for (size_t done = 0; done < out->n;) {
        ssize_t put = write(STDOUT_FILENO, out->data + done, out->n - done);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0 && errno == EPIPE)
            util_leave(1);
        if (put < 0)
            die("cannot write to standard output:");
        done += (size_t)put;
    }
    out->n = 0;
}

void output_close(struct buffer *out)
{
    output_flush(out);
    if (close(STDOUT_FILENO))
        die("cannot close standard output:");
    free(out->data);
    *out = (struct buffer){0};
}
