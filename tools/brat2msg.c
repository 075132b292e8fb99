/* brat2msg: documents of brat into a stream. */
#include "corpus/brat_read.h"
#include "corpus/json_import.h"

static const char *labels_from, *field = "ner_tags";
static struct cli_list labels;
static int overlap, unit, bad_spans;
static const struct cli_option options[] = {
    {'f', "field", "NAME", "the field of the tags (ner_tags)", CLI_TEXT, &field, 0},
    {'l', "labels", "[FIELD=]A,B,...|@FILE", "label names in the order of the ids", CLI_LIST, &labels, 0},
    {0, "labels-from", "FILE|DIR", "take the label names and their ids from this stream, or model", CLI_PATH, &labels_from, 0},
    {0, "offsets", SPAN_UNITS, "what the offsets count (auto: as the spans' texts tell)", CLI_CHOICE, &unit, 0},
    {0, "overlap", SPAN_OVERLAPS, "which of two spans that overlap stays (error)", CLI_CHOICE, &overlap, 0},
    {0, "bad-spans", "error|drop", "what to do with spans that hold no text (error)", CLI_CHOICE, &bad_spans, 0},
    CLI_CHECKSUM,
    {0},
};
static const struct cli cli = {"brat2msg", "documents of brat into a stream", "FILE.ann|FILE.txt|DIR...", options, NULL};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct filter *f = filter_new("sentence");
    struct json_import *import = json_import_new(given_labels_new(&labels, labels_from));
    import->spans.unit = (enum span_unit)unit;
    import->spans.rules = (struct span_rules){(enum span_overlap)overlap, bad_spans};
    import->spans.tags = field;
    struct brat_reader brat = brat_reader_open(paths, &import->spans);
    import->spans.lines = &brat.place;
    brat.place.progress = progress_reading(cli.name, "documents", cli_progress);
    json_import_run_from(import, brat_reader_next, &brat, &brat.place, f);
    brat_reader_close(&brat);
    json_import_free(import);
    return filter_close(f);
}
