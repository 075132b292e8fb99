/* msg2conll: sentences of a stream as rows of columns, a token each. */
#include "corpus/conll_write.h"
#include "stream/filter.h"

static const char *fields = "tokens,ner_tags,pred";
static int separator, from = -1, scheme = -1;
static bool docstart, repair;
static const struct cli_option options[] = {
    {'f', "fields", "A,B,...", "the columns (tokens,ner_tags,pred, as conlleval wants them)", CLI_TEXT, &fields, 0},
    {0, "separator", "space|tab", "what separates the columns (space)", CLI_CHOICE, &separator, 0},
    {0, "docstart", NULL, "a -DOCSTART- line where a document begins", CLI_FLAG, &docstart, 0},
    {0, "from", SCHEME_NAMES, "scheme of the tags in the stream (by their letters; iob2 for B and I)", CLI_CHOICE, &from, 0},
    {0, "scheme", SCHEME_NAMES, "scheme to convert them to (that of the stream)", CLI_CHOICE, &scheme, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    {0},
};

static void check(void)
{
    if (scheme < 0 && (from >= 0 || repair))
        die_usage("--%s needs --scheme, the scheme that the tags shall have", repair ? "repair" : "from");
}

static const struct cli cli = {"msg2conll", "sentences of a stream as rows of columns", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    struct conll_writer *writer = conll_writer_new(filter_reader(f), fields, separator ? '\t' : ' ');
    struct buffer *out = filter_prints(f);
    if (scheme >= 0)
        conll_writer_convert(writer, from, (enum scheme)scheme);
    if (docstart) {
        filter_need(f, "doc");
        conll_writer_documents(writer);
    }
    for (struct record *r; (r = filter_next(f));)
        conll_write(writer, out, r);
    size_t n_invalid = conll_writer_invalid(writer);
    conll_writer_free(writer);
    int status = filter_close(f);
    if (n_invalid && !repair)
        die("%zu invalid transition%s; --repair repairs them as conlleval reads them", n_invalid, n_invalid > 1 ? "s" : "");
    if (n_invalid)
        warn("%zu invalid transition%s repaired", n_invalid, n_invalid > 1 ? "s" : "");
    return status;
}
