/* msg2json: a stream's records as lines of JSON. */
#include <stdlib.h>

#include "json/json_write.h"
#include "stream/filter.h"

static bool names, header, trailer, ascii;
static const char *fields;
static const struct cli_option options[] = {
    {'n', "names", NULL, "names instead of ids for every field that has label names", CLI_FLAG, &names, 0},
    {'f', "fields", "A,B,...", "these fields only, in this order (all)", CLI_TEXT, &fields, 0},
    {'a', "ascii", NULL, "\\uXXXX for all but ASCII, and \\/, as to_json of pandas and of data sets writes", CLI_FLAG, &ascii, 0},
    {0, "header", NULL, "the header as the first line", CLI_FLAG, &header, 0},
    {0, "trailer", NULL, "the trailer as the last line", CLI_FLAG, &trailer, 0},
    {0},
};
static const struct cli cli = {"msg2json", "a stream's records as lines of JSON", "[FILE...]", options, NULL};

static void end_line(struct buffer *line, struct buffer *out)
{
    buffer_add(line, "\n", 1);
    if (!ascii) /* `line` is `out` */
        return;
    json_write_ascii(out, (struct str){line->data, line->n});
    line->n = 0;
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, NULL);
    const char *const *chosen = fields ? json_write_fields(filter_reader(f), fields) : NULL;
    struct json_writer state = {0};
    struct buffer unescaped = {0}, *out = filter_prints(f), *line = ascii ? &unescaped : out;
    if (header) {
        json_write_header(&state, line, reader_header_bytes(filter_reader(f)), chosen);
        end_line(line, out);
    }
    uint64_t n = 0;
    for (struct record *r; (r = filter_next(f)); n++) {
        bool warned = state.not_finite > 0;
        json_write_record(&state, line, r, chosen, names ? filter_header(f) : NULL);
        if (state.not_finite && !warned)
            warn("%s: holds a NaN or an infinity: those become null", record_name(r));
        end_line(line, out);
    }
    if (trailer)
        buffer_format(out, "{\"end\":true,\"records\":%llu}\n", (unsigned long long)n);
    free((void *)chosen);
    free(unescaped.data);
    return filter_close(f);
}
