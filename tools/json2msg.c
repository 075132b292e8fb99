/* json2msg: lines of JSON into a stream. */
#include "cli.h"
#include "import.h"

static const char *renames, *labels_from;
static struct cli_list labels;
static const struct cli_option options[] = {
    {'r', "rename", "OLD=NEW,...", "read these fields under other names", CLI_TEXT, &renames, 0},
    {'l', "labels", "FIELD=A,B,...|@FILE", "label names in the order of a field's ids; may be given again", CLI_LIST, &labels, 0},
    {0, "labels-from", "FILE", "take the label names and their ids from this stream", CLI_PATH, &labels_from, 0},
    {0},
};
static const struct cli cli = {"json2msg", "lines of JSON into a stream", "[FILE...]", options};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (labels.n > 0 && labels_from)
        die_usage("--labels or --labels-from, not both");
    struct import *import = import_new();
    if (renames)
        import_rename(import, renames);
    for (size_t i = 0; i < labels.n; i++)
        import_labels(import, labels.at[i]);
    if (labels_from) {
        struct reader *given = reader_open((const char *const[]){labels_from, NULL}, NULL);
        import_labels_from(import, reader_header(given));
        reader_close(given);
    }

    struct jsonlines *in = jsonlines_open(paths);
    struct record *r = jsonlines_next(in);
    struct header *header = NULL;
    struct writer *out = NULL;
    if (import_begin(import, in, r))
        out = in->header ? writer_open_as(in->header_bytes) : writer_open(header = import_header(import));
    in->lines->tied = out;
    for (; r; r = jsonlines_next(in)) {
        import_check(import, r);
        if (out)
            import_write(import, out, r);
        else
            import_keep(import, r);
    }
    if (!out) {
        out = writer_open(header = import_header(import));
        import_write_kept(import, out);
    }
    writer_close(out);
    header_free(header);
    import_free(import);
    jsonlines_close(in);
    return 0;
}
