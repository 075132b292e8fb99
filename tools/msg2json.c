/* msg2json: a stream's records as lines of JSON. */
#include <stdlib.h>

#include "corpus/span_write.h"
#include "stream/filter.h"

static bool names, header, trailer, ascii;
static const char *fields, *without, *spans, *folder;
static int to = -1;
static const struct cli_option options[] = {
    {'n', "names", NULL, "names instead of ids for every field that has label names", CLI_FLAG, &names, 0},
    {'f', "fields", "A,B,...", "these fields only, in this order (all)", CLI_TEXT, &fields, 0},
    {0, "without", "A,B,...", "all fields but these, where they are there", CLI_TEXT, &without, 0},
    {'a', "ascii", NULL, "\\uXXXX for all but ASCII, and \\/, as to_json of pandas and of data sets writes", CLI_FLAG, &ascii, 0},
    {'t', "to", SPAN_FORMATS, "write the entities as this annotation tool imports them", CLI_CHOICE, &to, 0},
    {'s', "spans", "FIELD", "the field with the entities or their tags (entities, pred, or the gold tags)", CLI_TEXT, &spans, 0},
    {'o', "out", "DIR", "with --to brat: a .txt and a .ann for each record, in this folder", CLI_PATH, &folder, 0},
    {0, "header", NULL, "the header as the first line", CLI_FLAG, &header, 0},
    {0, "trailer", NULL, "the trailer as the last line", CLI_FLAG, &trailer, 0},
    {0},
};

static void check(void)
{
    if (to >= 0 && (names || fields || without || header || trailer))
        die_usage("--to has a form of its own: no --names, --fields, --without, --header or --trailer");
    if (to < 0 && spans)
        die_usage("--spans goes with --to");
    if (folder && to != SPAN_BRAT)
        die_usage("--out goes with --to brat");
    if (ascii && to == SPAN_BRAT)
        die_usage("--ascii is for JSON, which brat does not read");
}

static const struct cli cli = {"msg2json", "a stream's records as lines of JSON", "[FILE...]", options, check};

static void warn_not_finite(const struct json_writer *state, const struct record *r)
{
    static bool warned;
    if (state->not_finite && !warned)
        warn("%s: holds a NaN or an infinity: those become null", record_name(r));
    warned = state->not_finite > 0;
}

static void flush(struct buffer *line, struct buffer *out)
{
    if (!ascii) /* `line` is `out` */
        return;
    json_write_ascii(out, (struct str){line->data, line->n});
    line->n = 0;
}

static void end_line(struct buffer *line, struct buffer *out)
{
    buffer_add(line, "\n", 1);
    flush(line, out);
}

static void write_spans(struct filter *f, struct buffer *line, struct buffer *out)
{
    filter_merges_windows(f);
    struct span_writer w = span_writer_new(filter_reader(f), (enum span_format)to, spans, folder);
    for (struct record *r; (r = filter_next(f));) {
        span_write(&w, line, r);
        warn_not_finite(&w.json, r);
        flush(line, out);
    }
    span_write_end(&w, line);
    flush(line, out);
    span_writer_free(&w);
}

static void write_records(struct filter *f, struct buffer *line, struct buffer *out)
{
    const char *const *chosen = json_write_chosen(filter_reader(f), fields, without);
    struct json_writer state = {0};
    if (header) {
        json_write_header(&state, line, reader_header_bytes(filter_reader(f)), chosen);
        end_line(line, out);
    }
    uint64_t n = 0;
    for (struct record *r; (r = filter_next(f)); n++) {
        json_write_record(&state, line, r, chosen, names ? filter_header(f) : NULL);
        warn_not_finite(&state, r);
        end_line(line, out);
    }
    if (trailer)
        buffer_format(out, "{\"end\":true,\"records\":%llu}\n", (unsigned long long)n);
    free((void *)chosen);
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, NULL);
    struct buffer unescaped = {0}, *out = filter_prints(f), *line = ascii ? &unescaped : out;
    (to >= 0 ? write_spans : write_records)(f, line, out);
    free(unescaped.data);
    return filter_close(f);
}
