/* json2msg: lines of JSON into a stream. */
#include "corpus/json_import.h"

static const char *renames, *labels_from;
static struct cli_list labels;
static const struct cli_option options[] = {
    {'r', "rename", "OLD=NEW,...", "read these fields under other names", CLI_TEXT, &renames, 0},
    {'l', "labels", "[FIELD=]A,B,...|@FILE", "label names in the order of the ids; may be given again", CLI_LIST, &labels, 0},
    {0, "labels-from", "FILE|DIR", "take the label names and their ids from this stream, or model", CLI_PATH, &labels_from, 0},
    {0},
};

static const struct cli cli = {"json2msg", "lines of JSON into a stream", "[FILE...]", options, NULL};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct json_import *import = json_import_new(given_labels_new(&labels, labels_from));
    if (renames)
        json_import_rename(import, renames);

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
