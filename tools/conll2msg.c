/* conll2msg: sentences out of files with a token a line. */
#include "corpus/conll_import.h"

static const char *columns, *labels_from;
static int format, from = -1, scheme = -1;
static bool repair;

static const struct cli_option options[] = {
    {'c', "columns", "N=FIELD,...", "which columns to read (by their number: see conll2msg(1))", CLI_TEXT, &columns, 0},
    {0, "format", "auto|columns|conllu", "how the files are laid out (auto)", CLI_CHOICE, &format, 0},
    {0, "labels-from", "FILE", "take the label names and their ids from this stream", CLI_PATH, &labels_from, 0},
    {0, "from", SCHEME_NAMES, "scheme of the chunk and entity tags that are read", CLI_CHOICE, &from, 0},
    {0, "scheme", SCHEME_NAMES, "scheme to convert them to (iob2, if --from is given)", CLI_CHOICE, &scheme, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    {0},
};

static void check(void)
{
    if (from < 0 && (scheme >= 0 || repair))
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
    struct header *given = labels_from ? reader_header_of(labels_from) : NULL;
    struct conll *c = conll_open(paths, (enum conll_format)format, &chosen);
    if (from >= 0)
        conll_convert(c, (enum scheme)from, scheme >= 0 ? (enum scheme)scheme : IOB2);
    lines_show_progress(c->lines, cli.name, cli_progress);
    struct filter *f = filter_new("sentence");
    filter_reads(f, &c->lines->in);

    struct conll_import import = conll_import_new(c, given, labels_from);
    while (conll_next(c))
        conll_import_sentence(&import, f);
    if (c->n_invalid && !repair)
        die("%zu invalid transition%s; --repair repairs them as conlleval reads them", c->n_invalid, c->n_invalid > 1 ? "s" : "");
    conll_import_finish(&import, f);
    if (c->n_invalid)
        warn("%zu invalid transition%s repaired", c->n_invalid, c->n_invalid > 1 ? "s" : "");
    conll_import_free(&import);
    conll_close(c);
    header_free(given);
    return filter_close(f);
}
