/* logit2span: entities with their places in the text. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "stream/compat.h"
#include "stream/window_merge.h"
#include "predict/aggregate.h"
#include "text/utf8.h"

static int aggregation = SPAN_SIMPLE;
static const char *ignored = "O", *delimiter = " ", *unk = "[UNK]";

static const struct cli_option options[] = {
    {'a', "aggregation", SPAN_AGGREGATIONS, "how pieces become entities (simple)", CLI_CHOICE, &aggregation, 0},
    {'i', "ignore-labels", "LABEL,...", "labels and types that are no entities (O)", CLI_TEXT, &ignored, 0},
    {'d', "delimiter", "TEXT", "what stands between words that were given as such (a blank)", CLI_TEXT, &delimiter, 0},
    {0, "unk", "PIECE", "how the vocabulary writes an unknown piece ([UNK])", CLI_TEXT, &unk, 0},
    {0},
};
static const struct cli cli = {"logit2span", "entities with their places in the text", "[FILE...]", options, NULL};

static struct array_ints words, offsets, start, end;
static struct array_sizes offset_rows, byte_at, word_start;
static struct array_strs pieces, tokens;
static struct array_floats logits, probability;
static struct { char *data; size_t n, room; } joined;

/* The words with the delimiter between them; word_start: where each begins, in code points. */
static struct str join_words(void)
{
    size_t codes = 0, gap = strlen(delimiter), gap_codes = utf8_length(delimiter, gap);
    joined.n = 0;
    GROW(word_start.data, word_start.room, tokens.n);
    for (size_t i = 0; i < tokens.n; i++) {
        struct str t = tokens.data[i];
        GROW(joined.data, joined.room, joined.n + t.size + gap);
        if (i > 0) {
            memcpy(joined.data + joined.n, delimiter, gap);
            joined.n += gap;
            codes += gap_codes;
        }
        word_start.data[i] = codes;
        memcpy(joined.data + joined.n, t.data, t.size);
        joined.n += t.size;
        codes += utf8_length(t.data, t.size);
    }
    return (struct str){joined.data, joined.n};
}

static void index_text(const struct record *r, struct str text)
{
    if (utf8_invalid_at(text.data, text.size) < text.size)
        record_die(r, "the text is no valid UTF-8");
    byte_at.n = 0;
    GROW(byte_at.data, byte_at.room, text.size + 1);
    for (size_t i = 0; i < text.size; i++)
        if ((text.data[i] & 0xc0) != 0x80)
            byte_at.data[byte_at.n++] = i;
    byte_at.data[byte_at.n] = text.size;
}

static void read_offsets(const struct record *r, bool by_words)
{
    record_ragged(r, "offsets", &offsets, &offset_rows);
    size_t n = offset_rows.n - 1;
    if (n != words.n || offsets.n != 2 * n)
        record_die(r, "offsets are no pair for each of %zu pieces", words.n);
    GROW(start.data, start.room, n);
    GROW(end.data, end.room, n);
    for (size_t i = 0; i < n; i++) {
        int32_t word = words.data[i], shift = 0;
        if (by_words && word != MSG_INT_NIL) {
            if (word < 0 || (size_t)word >= tokens.n)
                record_die(r, "word id %d of %zu words", word, tokens.n);
            shift = (int32_t)word_start.data[word];
        }
        start.data[i] = offsets.data[2 * i] + shift;
        end.data[i] = offsets.data[2 * i + 1] + shift;
        if (word != MSG_INT_NIL && (offsets.data[2 * i] < 0 || end.data[i] < start.data[i] || (size_t)end.data[i] > byte_at.n))
            record_die(r, "piece %zu lies at %d..%d of a text of %zu code points", i, start.data[i], end.data[i], byte_at.n);
    }
}

static struct span_input read_record(const struct record *r, const struct label_set *labels)
{
    size_t rows, columns;
    record_ints(r, "word_ids", &words);
    record_strs(r, "pieces", &pieces);
    record_matrix(r, "logits", &logits, &rows, &columns);
    if (rows != words.n || pieces.n != words.n || (rows > 0 && columns != labels->n))
        record_die(r, "logits are [%zu,%zu], for %zu word ids, %zu pieces and %zu labels", rows, columns, words.n, pieces.n,
                   labels->n);
    bool by_words = record_find(r, "tokens").data != NULL;
    struct str text;
    if (by_words) {
        record_strs(r, "tokens", &tokens);
        text = join_words();
    } else
        text = record_str(r, "text");
    index_text(r, text);
    read_offsets(r, by_words);
    GROW(probability.data, probability.room, rows * columns);
    for (size_t i = 0; i < rows; i++) {
        decode_softmax(columns, logits.data + i * columns, probability.data + i * columns);
        if (!isfinite(probability.data[i * columns]))
            record_die(r, "the logits of piece %zu are no finite numbers", i);
    }
    return (struct span_input){.text = text, .byte_at = byte_at.data, .n_codes = byte_at.n, .n = words.n, .word_ids = words.data,
                               .start = start.data, .end = end.data, .piece = pieces.data, .unk = {unk, strlen(unk)},
                               .probability = probability.data, .n_labels = columns};
}

static bool is_ignored(const struct span *s)
{
    for (const char *at = ignored; *at; ) {
        size_t size = strcspn(at, ",");
        if (size == s->label_size && memcmp(at, s->label, size) == 0)
            return true;
        at += size + (at[size] == ',');
    }
    return false;
}

static void put_text(struct writer *out, const char *text)
{
    put_str(out, text, strlen(text));
}

/* The keys of pipeline in its order, then bytes and words. */
static void put_span(struct writer *out, const struct spans *all, const struct span *s)
{
    bool single = aggregation == SPAN_NONE;
    put_map(out, single ? 10 : 9);
    put_text(out, single ? "entity" : "entity_group");
    put_str(out, s->label, s->label_size);
    put_text(out, "score");
    put_float(out, s->score);
    if (single) {
        put_text(out, "index");
        put_int(out, (int64_t)s->index);
    }
    put_text(out, "word");
    put_str(out, all->text + s->word, s->word_size);
    const struct { const char *key; int64_t value; } place[] = {
        {"start", s->start}, {"end", s->end}, {"start_byte", (int64_t)byte_at.data[s->start]},
        {"end_byte", (int64_t)byte_at.data[s->end]}, {"start_word", s->first_word}, {"end_word", s->last_word + 1},
    };
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        put_text(out, place[i].key);
        put_int(out, place[i].value);
    }
}

int main(int argc, char **argv)
{
    struct reader *in = reader_open(cli_parse(&cli, argc, argv), "sentence");
    static const char *const needed[] = {"word_ids", "offsets", "pieces", "logits"};
    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        reader_need(in, needed[i]);
    const struct label_set *labels = reader_labels(in, "logits");
    struct header *h = header_copy(reader_header(in));
    static const char *const added[] = {"entities", NULL};
    header_add_field(h, "entities");
    struct writer *out = writer_open(h);
    reader_tie(in, out);

    struct spans spans = {0};
    struct window_merger *sentences = window_merge_open(in);
    for (struct record *r; (r = window_merge_next(sentences)); ) {
        struct span_input input = read_record(r, labels);
        span_find((enum aggregation)aggregation, &input, labels, &spans);
        size_t n = 0;
        for (size_t i = 0; i < spans.n; i++)
            n += !is_ignored(&spans.data[i]);
        writer_begin(out, r, added);
        put_key(out, "entities");
        put_array(out, n);
        for (size_t i = 0; i < spans.n; i++)
            if (!is_ignored(&spans.data[i]))
                put_span(out, &spans, &spans.data[i]);
        writer_end(out);
    }
    writer_close(out);
    window_merge_close(sentences);
    reader_close(in);
    header_free(h);
    spans_free(&spans);
    return 0;
}
