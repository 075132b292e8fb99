/* logit2tag: one tag a word, with its probability. */
#include <math.h>
#include <stdlib.h>

#include "stream/compat.h"
#include "stream/window_merge.h"
#include "predict/tagging.h"

enum unit { UNIT_WORD, UNIT_PIECE };

static int rule = DECODE_FIRST, unit = UNIT_WORD, scheme = -1;
static double threshold;
static bool constrained;

static const struct cli_option options[] = {
    {'r', "rule", DECODE_RULES, "how a word of several pieces is decided (first)", CLI_CHOICE, &rule, 0},
    {'u', "unit", "word|piece", "what gets a tag: words, or every piece for itself (word)", CLI_CHOICE, &unit, 0},
    {0, "constrain", NULL, "the best sequence of tags that the scheme allows", CLI_FLAG, &constrained, 0},
    {0, "scheme", SCHEME_NAMES, "scheme of the tags (by their letters)", CLI_CHOICE, &scheme, 0},
    {0, "threshold", "P", "entities less probable become O (0)", CLI_REAL, &threshold, 0},
    {0},
};
static const struct cli cli = {"logit2tag", "one tag a word, with its probability", "[FILE...]", options, NULL};

static struct array_ints words;
static struct array_floats logits;

/* The words that came in: those given, or the tokenizer's own of a raw text. */
static size_t count_words(const struct record *r)
{
    size_t n = 0;
    struct msg tokens = record_find(r, "tokens");
    if (tokens.data) {
        if (!msg_array(&tokens, &n))
            record_die(r, "field 'tokens' is no array");
        return n;
    }
    for (size_t i = 0; i < words.n; i++)
        if (words.data[i] != MSG_INT_NIL && (size_t)words.data[i] >= n)
            n = (size_t)words.data[i] + 1;
    return n;
}

/* Returns the number of words without a piece. */
static size_t decide_words(const struct record *r, struct tagging *t)
{
    int32_t bad;
    size_t n = count_words(r), without = tagging_words(t, n, words.n, words.data, logits.data, &bad);
    if (without != SIZE_MAX)
        return without;
    if (bad == MSG_INT_NIL)
        record_die(r, "no sequence of these labels for %zu words keeps to the scheme", n);
    if (bad < 0 || (size_t)bad >= n)
        record_die(r, "word id %d of %zu words", bad, n);
    record_die(r, "the logits of word %d are no finite numbers", bad);
}

/* Every piece by itself, [CLS] and [SEP] too: what the course's evaluation looks at. */
static void decide_pieces(const struct record *r, struct tagging *t)
{
    static struct array_ints all;
    int32_t bad;
    GROW(all.data, all.room, words.n);
    for (size_t i = 0; i < words.n; i++)
        all.data[i] = (int32_t)i;
    if (tagging_words(t, words.n, words.n, all.data, logits.data, &bad) == SIZE_MAX)
        record_die(r, "the logits of piece %d are no finite numbers", bad);
}

static struct tagging settle(const struct label_set *labels)
{
    if (labels->n == 0)
        die("the stream's header names no label of 'logits'");
    struct tagging t = {.labels = labels, .rule = (enum decode_rule)rule, .constrained = constrained, .threshold = threshold,
                        .scheme = scheme >= 0 ? (enum scheme)scheme : constrain_guess(labels)};
    tagging_init(&t);
    return t;
}

static void check_options(void)
{
    if (threshold > 1)
        die_usage("--threshold %g: a probability is 1 at most", threshold);
    if (unit == UNIT_PIECE && (constrained || threshold > 0))
        die_usage("--constrain and --threshold are for words, not for --unit piece");
    if (scheme >= 0 && !constrained && threshold <= 0)
        die_usage("--scheme goes with --constrain or --threshold");
}

int main(int argc, char **argv)
{
    const char *const *paths = cli_parse(&cli, argc, argv);
    check_options();
    struct reader *in = reader_open(paths, "sentence");
    reader_need(in, "word_ids");
    reader_need(in, "logits");
    const struct label_set *labels = reader_labels(in, "logits");
    struct tagging t = settle(labels);
    struct header *h = header_copy(reader_header(in));
    static const char *const added[] = {"pred", "score", NULL};
    header_add_field(h, "pred");
    header_add_field(h, "score");
    header_set_labels(h, "pred", labels->n, (const char *const *)labels->name);
    struct writer *out = writer_open(h);
    reader_tie(in, out);

    size_t without = 0, rows, columns;
    struct window_merger *sentences = window_merge_open(in);
    for (struct record *r; (r = window_merge_next(sentences)); ) {
        record_ints(r, "word_ids", &words);
        record_matrix(r, "logits", &logits, &rows, &columns);
        if (rows != words.n || (rows > 0 && columns != labels->n))
            record_die(r, "logits are [%zu,%zu], for %zu pieces and %zu labels", rows, columns, words.n, labels->n);
        if (unit == UNIT_PIECE)
            decide_pieces(r, &t);
        else
            without += decide_words(r, &t);
        writer_begin(out, r, added);
        put_key(out, "pred");
        put_ints(out, t.pred.data, t.n_words);
        put_key(out, "score");
        put_array(out, t.n_words);
        for (size_t i = 0; i < t.n_words; i++)
            isnan(t.score.data[i]) ? put_nil(out) : put_float(out, t.score.data[i]);
        writer_end(out);
    }
    if (without)
        warn("%zu words have no piece: tagged %s, without a score", without, labels->name[t.outside >= 0 ? t.outside : 0]);
    writer_close(out);
    window_merge_close(sentences);
    reader_close(in);
    header_free(h);
    tagging_free(&t);
    return 0;
}
