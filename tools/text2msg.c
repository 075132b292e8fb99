/* text2msg: one text a line, raw or in words. */
#include <stdlib.h>

#include "stream/filter.h"
#include "text/lines.h"

static bool words, documents;
static const struct cli_option options[] = {
    {'t', "tokens", NULL, "a line is words with blanks between them: write tokens, not text", CLI_FLAG, &words, 0},
    {'d', "documents", NULL, "each file is a document: write doc, for wptok --context", CLI_FLAG, &documents, 0},
    CLI_CHECKSUM,
    {0},
};
static const struct cli cli = {"text2msg", "one raw text a line into a stream", "[FILE...]", options, NULL};

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static void split(struct str line, struct array_strs *out)
{
    out->n = 0;
    for (size_t i = 0; i < line.size;) {
        size_t start = i;
        while (i < line.size && !is_blank(line.data[i]))
            i++;
        if (i > start) {
            GROW(out->data, out->room, out->n + 1);
            out->data[out->n++] = (struct str){line.data + start, i - start};
        }
        while (i < line.size && is_blank(line.data[i]))
            i++;
    }
}

int main(int argc, char **argv)
{
    struct lines *in = lines_open(cli_parse(&cli, argc, argv), RECORD_SIZE_MAX / 2);
    lines_show_progress(in, cli.name, cli_progress);
    struct filter *f = filter_new("sentence");
    filter_reads(f, &in->in);
    filter_adds(f, "id", NULL);
    if (documents)
        filter_adds(f, "doc", NULL);
    filter_adds(f, words ? "tokens" : "text", NULL);
    struct str line;
    struct array_strs tokens = {0};
    int64_t document = -1;
    for (int64_t id = 0; lines_next(in, &line); id++) {
        if (id == 0 && line.size > 1 && line.data[0] == '{' && line.data[1] == '"')
            warn("%s: the first line looks like JSON, which json2msg reads; here it is text", in->in.name);
        document += in->first_of_file;
        filter_begin(f, NULL);
        filter_put_int(f, "id", id);
        if (documents)
            filter_put_int(f, "doc", document);
        if (words) {
            split(line, &tokens);
            filter_put_strs(f, "tokens", tokens.data, tokens.n);
        } else
            filter_put_str(f, "text", line);
        filter_end(f);
    }
    free(tokens.data);
    lines_close(in);
    return filter_close(f);
}
