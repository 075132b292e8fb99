/* alignlbl: give every piece the label of its word. */
#include <stdlib.h>

#include "align.h"
#include "cli.h"
#include "merge.h"

static const char *field = "ner_tags";
static int rule = ALIGN_INSIDE;

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the words' tags to align (ner_tags)", CLI_TEXT, &field, 0},
    {'r', "rule", "inside|first|all", "labels of a word's later pieces: I- for B-, none, the same (inside)", CLI_CHOICE, &rule, 0},
    {0},
};
static const struct cli cli = {"alignlbl", "give every piece the label of its word", "[FILE...]", options};

int main(int argc, char **argv)
{
    struct reader *in = reader_open(cli_parse(&cli, argc, argv), "sentence");
    reader_need(in, "word_ids");
    reader_need(in, field);
    const struct inventory *tag_labels = reader_labels(in, field);
    struct header *h = header_copy(reader_header(in));
    static const char *const added[] = {"labels", NULL};
    header_add_field(h, "labels");
    header_set_labels(h, "labels", tag_labels->n, (const char *const *)tag_labels->name);
    struct writer *out = writer_open(h);
    reader_tie(in, out);

    int32_t *inside = xmalloc(tag_labels->n, sizeof *inside);
    align_inside(tag_labels, inside);
    struct ints words = {0}, tags = {0}, labels = {0};
    struct strs tokens = {0};
    struct window_order order = {0};
    size_t without = 0, begun = 0;
    int32_t last = INT_NIL;             /* of the sentence so far */
    for (struct record *r; (r = reader_next(in)); ) {
        record_ints(r, "word_ids", &words);
        record_tags(r, tag_labels, &tags);
        if (record_find(r, "tokens").at) {
            record_strs(r, "tokens", &tokens);
            if (tokens.n != tags.n)
                record_die(r, "%zu tags in %s for %zu words", tags.n, field, tokens.n);
        }
        size_t count, window = window_follow(&order, r, &count);
        if (window == 0) {
            last = INT_NIL;
            begun = 0;
        }
        GROW(labels.at, labels.room, words.n);
        size_t more = align_labels((enum align_rule)rule, words.n, words.at, tags.n, tags.at, inside, &last, labels.at);
        if (more == SIZE_MAX)
            record_die(r, "a word id is outside of the %zu words in %s", tags.n, field);
        begun += more;
        if (window + 1 == count && begun < tags.n)
            without += tags.n - begun;
        writer_begin(out, r, added);
        put_key(out, "labels");
        put_ints(out, labels.at, words.n);
        writer_end(out);
    }
    window_finish(&order);
    if (without)
        warn("%zu words have no piece: their labels are not trained on", without);
    writer_close(out);
    reader_close(in);
    header_free(h);
    free(inside);
    free(words.at);
    free(tags.at);
    free(labels.at);
    free(tokens.at);
    return 0;
}
