/* msg2json: a stream's records as lines of JSON. */
#include <stdio.h>
#include <stdlib.h>

#include "stream/compat.h"
#include "json/json_write.h"
#include "text/utf8.h"

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

/* Outside of strings JSON has neither a slash nor a byte above ASCII. */
static void escape(const struct buffer *line, struct buffer *to)
{
    char code_unit[8];
    uint32_t code;
    for (size_t i = 0, size; i < line->n; i += size) {
        size = utf8_decode(line->data + i, &code);
        if (code == '/')
            buffer_add(to, "\\/", 2);
        else if (code < 0x80)
            buffer_add(to, line->data + i, 1);
        else if (code < 0x10000)
            buffer_add(to, code_unit, (size_t)snprintf(code_unit, sizeof code_unit, "\\u%04x", code));
        else for (int half = 0; half < 2; half++)           /* a pair of surrogates */
            buffer_add(to, code_unit, (size_t)snprintf(code_unit, sizeof code_unit, "\\u%04x",
                     half ? 0xdc00 | ((code - 0x10000) & 0x3ff) : 0xd800 | (code - 0x10000) >> 10));
    }
}

static void print(struct buffer *line)
{
    static struct buffer escaped;
    const struct buffer *out = ascii ? &escaped : line;
    buffer_add(line, "\n", 1);
    if (ascii)
        escape(line, &escaped);
    if (fwrite(out->data, 1, out->n, stdout) != out->n)
        die("cannot write to standard output:");
    line->n = escaped.n = 0;
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct reader *in = reader_open(paths, NULL);
    const char *const *chosen = fields ? json_write_fields(in, fields) : NULL;
    struct json_writer state = {0};
    struct buffer line = {0};
    setvbuf(stdout, NULL, _IOFBF, 128 << 10);
    if (header) {
        json_write_header(&state, &line, reader_header_bytes(in), chosen);
        print(&line);
    }
    uint64_t n = 0;
    bool warned = false;
    for (struct record *r; ; n++) {
        if (!reader_ready(in) && fflush(stdout))
            die("cannot write to standard output:");
        if (!(r = reader_next(in)))
            break;
        json_write_record(&state, &line, r, chosen, names ? reader_header(in) : NULL);
        if (state.not_finite && !warned)
            warn("%s: holds a NaN or an infinity: those become null", record_name(r));
        warned = state.not_finite > 0;
        print(&line);
    }
    if (trailer && printf("{\"end\":true,\"records\":%llu}\n", (unsigned long long)n) < 0)
        die("cannot write to standard output:");
    reader_close(in);
    free(line.data);
    if (fclose(stdout))
        die("cannot write to standard output:");
    return 0;
}
