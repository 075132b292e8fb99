/* json2msg: JSON into a stream. */
#include "corpus/json_import.h"

static const char *renames, *labels_from, *spans, *text;
static struct cli_list labels;
static bool no_spans;
static int overlap, unit, bad_spans;
static const struct cli_option options[] = {
    {'r', "rename", "OLD=NEW,...", "read these fields under other names", CLI_TEXT, &renames, 0},
    {'l', "labels", "[FIELD=]A,B,...|@FILE", "label names in the order of the ids; may be given again", CLI_LIST, &labels, 0},
    {0, "labels-from", "FILE|DIR", "take the label names and their ids from this stream, or model", CLI_PATH, &labels_from, 0},
    {'s', "spans", "FIELD", "the field with the spans of the text (found by its shape)", CLI_TEXT, &spans, 0},
    {'t', "text", "FIELD", "the field with the text that has spans (text)", CLI_TEXT, &text, 0},
    {0, "no-spans", NULL, "read no field as spans", CLI_FLAG, &no_spans, 0},
    {0, "offsets", SPAN_UNITS, "what the spans' numbers count (auto: as their texts tell)", CLI_CHOICE, &unit, 0},
    {0, "overlap", SPAN_OVERLAPS, "which of two spans that overlap stays (error)", CLI_CHOICE, &overlap, 0},
    {0, "bad-spans", "error|drop", "what to do with spans that hold no text (error)", CLI_CHOICE, &bad_spans, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (no_spans && (spans || text))
        die_usage("--no-spans, or where the spans are");
}

static const struct cli cli = {"json2msg", "lines of JSON into a stream", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct json_import *import = json_import_new(given_labels_new(&labels, labels_from));
    import->spans.field = spans;
    import->spans.text = text;
    import->spans.none = no_spans;
    import->spans.unit = (enum span_unit)unit;
    import->spans.rules = (struct span_rules){(enum span_overlap)overlap, bad_spans};
    if (renames)
        json_import_rename(import, renames);

    struct jsonlines *in = jsonlines_open(paths);
    lines_show_progress(in->lines, cli.name, cli_progress);
    struct filter *f = filter_new("sentence");
    filter_reads(f, &in->lines->in);
    json_import_run(import, in, f);
    json_import_free(import);
    jsonlines_close(in);
    return filter_close(f);
}
