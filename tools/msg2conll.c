/* msg2conll: sentences of a stream as rows of columns, a token each. */
#include <stdio.h>
#include <stdlib.h>

#include "stream/compat.h"
#include "corpus/conll_write.h"

static const char *fields = "tokens,ner_tags,pred";
static int separator, from = -1, scheme = -1;
static bool docstart, repair;
static const struct cli_option options[] = {
    {'f', "fields", "A,B,...", "the columns (tokens,ner_tags,pred, as conlleval wants them)", CLI_TEXT, &fields, 0},
    {0, "separator", "space|tab", "what parts the columns (space)", CLI_CHOICE, &separator, 0},
    {0, "docstart", NULL, "a -DOCSTART- line where a document begins", CLI_FLAG, &docstart, 0},
    {0, "from", SCHEME_NAMES, "scheme of the tags in the stream (by their letters; iob2 for B and I)", CLI_CHOICE, &from, 0},
    {0, "scheme", SCHEME_NAMES, "scheme to convert them to (that of the stream)", CLI_CHOICE, &scheme, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    {0},
};
static const struct cli cli = {"msg2conll", "sentences of a stream as rows of columns", "[FILE...]", options, NULL};

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    if (scheme < 0 && (from >= 0 || repair))
        die_usage("--%s needs --scheme, the scheme that the tags shall have", repair ? "repair" : "from");
    struct reader *in = reader_open(paths, "sentence");
    struct conll_writer *out = conll_writer_new(in, fields, separator ? '\t' : ' ');
    if (scheme >= 0)
        conll_writer_convert(out, from, (enum scheme)scheme);
    if (docstart) {
        reader_need(in, "doc");
        conll_writer_documents(out);
    }
    struct buffer rows = {0};
    setvbuf(stdout, NULL, _IOFBF, 128 << 10);
    for (;;) {
        if (!reader_ready(in) && fflush(stdout))
            die("cannot write to standard output:");
        struct record *r = reader_next(in);
        if (!r)
            break;
        conll_write(out, &rows, r);
        if (fwrite(rows.data, 1, rows.n, stdout) != rows.n)
            die("cannot write to standard output:");
        rows.n = 0;
    }
    size_t broken = conll_writer_broken(out);
    if (fclose(stdout))
        die("cannot write to standard output:");
    if (broken && !repair)
        die("%zu invalid transition%s; --repair repairs them as conlleval reads them", broken, broken > 1 ? "s" : "");
    if (broken)
        warn("%zu invalid transition%s repaired", broken, broken > 1 ? "s" : "");
    conll_writer_free(out);
    reader_close(in);
    free(rows.data);
    return 0;
}
