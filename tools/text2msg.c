/* text2msg: one raw text a line. */
#include "stream/filter.h"
#include "text/lines.h"

static const struct cli_option options[] = {{0}};
static const struct cli cli = {"text2msg", "one raw text a line into a stream", "[FILE...]", options, NULL};

int main(int argc, char **argv)
{
    struct lines *in = lines_open(cli_parse(&cli, argc, argv), RECORD_SIZE_MAX / 2);
    lines_show_progress(in, cli.name, cli_progress);
    struct filter *f = filter_new("sentence");
    filter_reads(f, &in->in);
    filter_adds(f, "id", NULL);
    filter_adds(f, "text", NULL);
    struct str line;
    for (int64_t id = 0; lines_next(in, &line); id++) {
        if (id == 0 && line.size > 1 && line.data[0] == '{' && line.data[1] == '"')
            warn("%s: the first line looks like JSON, which json2msg reads; here it is text", in->in.name);
        filter_begin(f, NULL);
        filter_put_int(f, "id", id);
        filter_put_str(f, "text", line);
        filter_end(f);
    }
    lines_close(in);
    return filter_close(f);
}
