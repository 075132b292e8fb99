/* alignlbl: give every piece the label of its word. */
#include <stdlib.h>

#include "stream/filter.h"
#include "stream/window_merge.h"
#include "train/align.h"

static const char *field = "ner_tags";
static int rule = ALIGN_INSIDE;

static const struct cli_option options[] = {
    {'f', "field", "NAME", "the words' tags to align (ner_tags)", CLI_TEXT, &field, 0},
    {'r', "rule", "inside|first|all", "labels of a word's later pieces: I- for B-, none, the same (inside)", CLI_CHOICE, &rule, 0},
    {0},
};
static const struct cli cli = {"alignlbl", "give every piece the label of its word", "[FILE...]", options, NULL};

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    filter_need(f, "word_ids");
    filter_need(f, field);
    const struct label_set *tag_labels = filter_labels(f, field);
    filter_adds(f, "labels", tag_labels);

    int32_t *inside = xmalloc(tag_labels->n, sizeof *inside);
    align_inside(tag_labels, inside);
    struct array_ints words = {0}, tags = {0}, labels = {0};
    struct array_strs tokens = {0};
    struct window_order order = {0};
    size_t without = 0, begun = 0;
    int32_t last = MSG_INT_NIL;             /* of the sentence so far */
    for (struct record *r; (r = filter_next(f)); ) {
        record_ints(r, "word_ids", &words);
        record_tags(r, tag_labels, &tags);
        if (record_find(r, "tokens").data) {
            record_strs(r, "tokens", &tokens);
            if (tokens.n != tags.n)
                record_die(r, "%zu tags in %s for %zu words", tags.n, field, tokens.n);
        }
        size_t count, window = window_follow(&order, r, &count);
        if (window == 0) {
            last = MSG_INT_NIL;
            begun = 0;
        }
        GROW(labels.data, labels.room, words.n);
        size_t more = align_labels((enum align_rule)rule, words.n, words.data, tags.n, tags.data, inside, &last, labels.data);
        if (more == SIZE_MAX)
            record_die(r, "a word id is outside of the %zu words in %s", tags.n, field);
        begun += more;
        if (window + 1 == count && begun < tags.n)
            without += tags.n - begun;
        filter_begin(f, r);
        filter_put_ints(f, "labels", labels.data, words.n);
        filter_end(f);
    }
    window_finish(&order);
    if (without)
        warn("%zu words have no piece: their labels are not trained on", without);
    free(inside);
    free(words.data);
    free(tags.data);
    free(labels.data);
    free(tokens.data);
    return filter_close(f);
}
