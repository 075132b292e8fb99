/* msg2conll: sentences of a stream as rows of columns, a token each. */
#include "corpus/conll_write.h"
#include "stream/filter.h"
#include "tags/rewrite.h"

static const char for_conlleval[] = "tokens,ner_tags,pred", *fields = for_conlleval;
static int separator;
static struct cli_found from = SCHEME_CHOICE, scheme = SCHEME_CHOICE;
static bool docstart, repair;
static const struct cli_option options[] = {
    {'f', "fields", "A,B,...", "the columns (tokens,ner_tags,pred, as conlleval wants them)", CLI_TEXT, &fields, 0},
    {0, "separator", "space|tab", "what separates the columns (space)", CLI_CHOICE, &separator, 0},
    {0, "docstart", NULL, "a -DOCSTART- line where a document begins", CLI_FLAG, &docstart, 0},
    {0, "from", SCHEME_NAMES, "scheme of the tags in the stream (found by their letters; B and I: iob2)", CLI_FOUND, &from, 0},
    {0, "scheme", SCHEME_NAMES, "scheme to convert them to (that of the stream)", CLI_FOUND, &scheme, 0},
    {0, "repair", NULL, "repair invalid transitions between tags, as conlleval reads them", CLI_FLAG, &repair, 0},
    {0},
};

static void check(void)
{
    if (scheme.value < 0 && (from.value >= 0 || repair))
        die_usage("--%s needs --scheme, the scheme to convert the tags to", repair ? "repair" : "from");
}

static const struct cli cli = {"msg2conll", "sentences of a stream as rows of columns", "[FILE...]", options, check};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    const struct header *header = reader_header(filter_reader(f));
    if (fields == for_conlleval && !header->any_fields && !header_has_field(header, "pred"))
        die("the stream has no field 'pred'; run logit2tag first, or choose the columns: --fields tokens,ner_tags");
    struct conll_writer *writer = conll_writer_new(filter_reader(f), fields, separator ? '\t' : ' ');
    struct buffer *out = filter_prints(f);
    if (scheme.value >= 0)
        conll_writer_convert(writer, from.value, (enum scheme)scheme.value);
    if (docstart) {
        filter_need(f, "doc");
        conll_writer_documents(writer);
    }
    for (struct record *r; (r = filter_next(f));)
        conll_write(writer, out, r);
    size_t n_invalid = conll_writer_invalid(writer);
    conll_writer_free(writer);
    int status = filter_close(f);
    rewrite_finish(n_invalid, repair);
    return status;
}
