/* text2msg: one raw text a line. */
#include "cli.h"
#include "lines.h"

static const struct cli_option options[] = {{0}};
static const struct cli cli = {"text2msg", "one raw text a line into a stream", "[FILE...]", options};

int main(int argc, char **argv)
{
    struct lines *in = lines_open(cli_parse(&cli, argc, argv));
    struct header *h = header_new("sentence");
    static const char *const added[] = {"id", "text", NULL};
    for (size_t i = 0; added[i]; i++)
        header_add_field(h, added[i]);
    struct writer *out = writer_open(h);
    in->tied = out;
    struct str line;
    for (int64_t id = 0; lines_next(in, &line); id++) {
        writer_begin(out, NULL, added);
        put_key(out, "id");
        put_int(out, id);
        put_key(out, "text");
        put_str(out, line.at, line.size);
        writer_end(out);
    }
    writer_close(out);
    lines_close(in);
    header_free(h);
    return 0;
}
