/* conll2msg: sentences out of files with a token a line. */
#include "corpus/conll_import.h"

static const char *columns, *labels_from;
static struct cli_list labels;
static int format, comments;
static struct cli_found from = SCHEME_CHOICE, scheme = SCHEME_CHOICE;
static bool repair;

static const struct cli_option options[] = {
    {'c', "columns", "N=FIELD,...", "which columns and comments to read (by their number: see conll2msg(1))", CLI_TEXT, &columns,
     0},
    {0, "format", CONLL_FORMATS, "how the files are laid out (auto)", CLI_CHOICE, &format, 0},
    {0, "comments", CONLL_COMMENTS, "whether lines that begin with '# ' are comments (auto: if they cannot be rows)", CLI_CHOICE,
     &comments, 0},
    {'l', "labels", "[FIELD=]A,B,...|@FILE", "label names in the order of the ids; may be given again", CLI_LIST, &labels, 0},
    {0, "labels-from", "FILE|DIR", "take the label names and their ids from this stream, or model", CLI_PATH, &labels_from, 0},
    {0, "from", SCHEME_NAMES, "scheme of the chunk and entity tags that are read", CLI_FOUND, &from, 0},
    {0, "scheme", SCHEME_NAMES, "scheme to convert them to (iob2, if --from is given)", CLI_FOUND, &scheme, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    CLI_CHECKSUM,
    {0},
};

static void check(void)
{
    if (from.value < 0 && (scheme.value >= 0 || repair))
        die_usage("--%s needs --from, the scheme of the files: their letters do not tell iob1 from iob2",
                  repair ? "repair" : "scheme");
}

static const struct cli cli = {"conll2msg", "sentences out of files with a token a line", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    struct conll_columns chosen = {0};
    if (columns)
        chosen = conll_columns_parse(columns);
    struct given_labels given = given_labels_new(&labels, labels_from);
    struct conll *c = conll_open(paths, (enum conll_format)format, &chosen);
    c->comments = (enum conll_comments)comments;
    if (from.value >= 0)
        conll_convert(c, (enum scheme)from.value, scheme.value >= 0 ? (enum scheme)scheme.value : IOB2);
    lines_show_progress(c->lines, cli.name, cli_progress);
    struct filter *f = filter_new("sentence");
    filter_reads(f, &c->lines->in);

    struct conll_import import = conll_import_new(c, &given);
    while (conll_next(c))
        conll_import_sentence(&import, f);
    if (c->n_invalid && !repair)
        die("%zu invalid transition%s; --repair begins a new entity at each, as conlleval does%s", c->n_invalid,
            c->n_invalid > 1 ? "s" : "", conll_convert_advice(c));
    conll_import_finish(&import, f);
    if (c->n_invalid)
        warn("%zu invalid transition%s repaired%s", c->n_invalid, c->n_invalid > 1 ? "s" : "", conll_convert_advice(c));
    conll_import_free(&import);
    conll_close(c);
    given_labels_free(&given);
    return filter_close(f);
}
