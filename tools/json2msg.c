/* json2msg: lines of JSON into a stream. */
#include "corpus/json_import.h"

static const char *renames, *labels_from;
static struct cli_list labels;
static const struct cli_option options[] = {
    {'r', "rename", "OLD=NEW,...", "read these fields under other names", CLI_TEXT, &renames, 0},
    {'l', "labels", "FIELD=A,B,...|@FILE", "label names in the order of a field's ids; may be given again", CLI_LIST, &labels, 0},
    {0, "labels-from", "FILE", "take the label names and their ids from this stream", CLI_PATH, &labels_from, 0},
    {0},
};

static void check(void)
{
    if (labels.n > 0 && labels_from)
        die_usage("--labels or --labels-from, not both");
}

static const struct cli cli = {"json2msg", "lines of JSON into a stream", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct json_import *import = json_import_new();
    if (renames)
        json_import_rename(import, renames);
    for (size_t i = 0; i < labels.n; i++)
        json_import_labels(import, labels.data[i]);
    if (labels_from) {
        struct header *given = reader_header_of(labels_from);
        json_import_labels_from(import, given);
        header_free(given);
    }

    struct jsonlines *in = jsonlines_open(paths);
    lines_show_progress(in->lines, cli.name, cli_progress);
    struct filter *f = filter_new("sentence");
    filter_reads(f, &in->lines->in);
    struct record *r = jsonlines_next(in);
    bool known = json_import_begin(import, in, r);
    if (known && in->header)
        filter_writes_header(f, in->header_bytes);
    else if (known)
        filter_set_header(f, json_import_header(import));
    if (known)
        filter_start(f);
    for (; r; r = jsonlines_next(in)) {
        json_import_check(import, r);
        if (known)
            json_import_write(import, f, r);
        else
            json_import_keep(import, r);
    }
    if (!known) {
        filter_set_header(f, json_import_header(import));
        json_import_write_kept(import, f);
    }
    json_import_free(import);
    jsonlines_close(in);
    return filter_close(f);
}
