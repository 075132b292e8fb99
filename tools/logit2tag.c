/* logit2tag: one tag a word, with its probability. */
#include <math.h>
#include <stdlib.h>

#include "cli.h"
#include "decode.h"
#include "merge.h"

enum unit { UNIT_WORD, UNIT_PIECE };

static int rule = DECODE_FIRST, unit = UNIT_WORD;

static const struct cli_option options[] = {
    {'r', "rule", DECODE_RULES, "how a word of several pieces is decided (first)", CLI_CHOICE, &rule, 0},
    {'u', "unit", "word|piece", "what gets a tag: words, or every piece for itself (word)", CLI_CHOICE, &unit, 0},
    {0},
};
static const struct cli cli = {"logit2tag", "one tag a word, with its probability", "[FILE...]", options};

static struct ints words, pred;
static struct floats logits, probability, word, score;

/* The words that came in: those given, or the tokenizer's own of a raw text. */
static size_t count_words(const struct record *r)
{
    size_t n = 0;
    struct msg tokens = record_find(r, "tokens");
    if (tokens.at) {
        if (!msg_array(&tokens, &n))
            record_die(r, "field 'tokens' is no array");
        return n;
    }
    for (size_t i = 0; i < words.n; i++)
        if (words.at[i] != INT_NIL && (size_t)words.at[i] >= n)
            n = (size_t)words.at[i] + 1;
    return n;
}

/* Decide all words of a sentence; a word without a piece gets `otherwise` and the score NaN. Returns their number. */
static size_t decide(const struct record *r, size_t n_words, size_t n_labels, int32_t otherwise)
{
    size_t decided = 0;
    GROW(pred.at, pred.room, n_words);
    GROW(score.at, score.room, n_words);
    GROW(probability.at, probability.room, words.n * n_labels);
    GROW(word.at, word.room, n_labels);
    for (size_t i = 0; i < n_words; i++) {
        pred.at[i] = otherwise;
        score.at[i] = NAN;
    }
    for (size_t i = 0; i < words.n; ) {
        size_t end = i + 1;
        int32_t id = words.at[i];
        while (end < words.n && words.at[end] == id)
            end++;
        if (id != INT_NIL) {
            if (id < 0 || (size_t)id >= n_words)
                record_die(r, "word id %d of %zu words", id, n_words);
            size_t used = rule == DECODE_FIRST ? 1 : end - i;
            for (size_t k = 0; k < used; k++) {
                decode_softmax(n_labels, logits.at + (i + k) * n_labels, probability.at + k * n_labels);
                if (!isfinite(probability.at[k * n_labels]))
                    record_die(r, "the logits of word %d are no finite numbers", id);
            }
            decode_word((enum decode_rule)rule, used, n_labels, probability.at, word.at);
            size_t best = decode_argmax(n_labels, rule == DECODE_FIRST ? logits.at + i * n_labels : word.at);
            decided += isnan(score.at[id]);
            pred.at[id] = (int32_t)best;
            score.at[id] = word.at[best];
        }
        i = end;
    }
    return n_words - decided;
}

/* Every piece by itself, [CLS] and [SEP] too: what the course's evaluation looks at. Returns their number. */
static size_t decide_pieces(const struct record *r, size_t n_labels)
{
    GROW(pred.at, pred.room, words.n);
    GROW(score.at, score.room, words.n);
    GROW(word.at, word.room, n_labels);
    for (size_t i = 0; i < words.n; i++) {
        decode_softmax(n_labels, logits.at + i * n_labels, word.at);
        size_t best = decode_argmax(n_labels, logits.at + i * n_labels);   /* rounded probabilities can tie */
        if (!isfinite(word.at[best]))
            record_die(r, "the logits of piece %zu are no finite numbers", i);
        pred.at[i] = (int32_t)best;
        score.at[i] = word.at[best];
    }
    return words.n;
}

int main(int argc, char **argv)
{
    struct reader *in = reader_open(cli_parse(&cli, argc, argv), "sentence");
    reader_need(in, "word_ids");
    reader_need(in, "logits");
    const struct inventory *labels = reader_labels(in, "logits");
    if (labels->n == 0)
        die("the stream's header names no label of 'logits'");
    int outside = inventory_find(labels, (struct str){"O", 1});
    struct header *h = header_copy(reader_header(in));
    static const char *const added[] = {"pred", "score", NULL};
    header_add_field(h, "pred");
    header_add_field(h, "score");
    header_set_labels(h, "pred", labels->n, (const char *const *)labels->name);
    struct writer *out = writer_open(h);
    reader_tie(in, out);

    size_t without = 0, rows, columns;
    struct merger *sentences = merge_open(in);
    for (struct record *r; (r = merge_next(sentences)); ) {
        record_ints(r, "word_ids", &words);
        record_matrix(r, "logits", &logits, &rows, &columns);
        if (rows != words.n || (rows > 0 && columns != labels->n))
            record_die(r, "logits are [%zu,%zu], for %zu pieces and %zu labels", rows, columns, words.n, labels->n);
        size_t n = unit == UNIT_PIECE ? decide_pieces(r, labels->n) : count_words(r);
        if (unit == UNIT_WORD)
            without += decide(r, n, labels->n, outside >= 0 ? outside : 0);
        writer_begin(out, r, added);
        put_key(out, "pred");
        put_ints(out, pred.at, n);
        put_key(out, "score");
        put_array(out, n);
        for (size_t i = 0; i < n; i++)
            isnan(score.at[i]) ? put_nil(out) : put_float(out, score.at[i]);
        writer_end(out);
    }
    if (without)
        warn("%zu words have no piece: tagged %s, without a score", without, labels->name[outside >= 0 ? outside : 0]);
    writer_close(out);
    merge_close(sentences);
    reader_close(in);
    header_free(h);
    return 0;
}
