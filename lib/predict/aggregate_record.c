/* aggregate_record: what aggregate needs, out of the fields of a record, and its entities on their way into another. */
#include <stdlib.h>
#include <string.h>

#include "predict/aggregate.h"
#include "stream/record.h"
#include "text/utf8.h"

/* The words with the delimiter between them. word_start: where each word begins, in code points. */
static struct str join_words(struct aggregator *a)
{
    size_t codes = 0, gap = strlen(a->delimiter), gap_codes = utf8_length(a->delimiter, gap);
    a->joined.n = 0;
    GROW(a->word_start.data, a->word_start.room, a->tokens.n);
    for (size_t i = 0; i < a->tokens.n; i++) {
        struct str token = a->tokens.data[i];
        if (i > 0) {
            buffer_add(&a->joined, a->delimiter, gap);
            codes += gap_codes;
        }
        a->word_start.data[i] = codes;
        buffer_add(&a->joined, token.data, token.size);
        codes += utf8_length(token.data, token.size);
    }
    return (struct str){a->joined.data, a->joined.n};
}

/* Where each word begins in the record's text. */
static void read_word_starts(struct aggregator *a, const struct record *record)
{
    record_pairs(record, "token_offsets", a->tokens.n, &a->offsets);
    GROW(a->word_start.data, a->word_start.room, a->tokens.n);
    for (size_t i = 0; i < a->tokens.n; i++)
        a->word_start.data[i] = (size_t)a->offsets.data[2 * i];
}

/* The text that the entities' offsets count: the record's own, where that is known for words; or words and the delimiter. */
static struct str find_text(struct aggregator *a, const struct record *record, bool by_words)
{
    if (!by_words)
        return record_str(record, "text");
    record_strs(record, "tokens", &a->tokens);
    if (!record_find(record, "token_offsets").data || !record_find(record, "text").data)
        return join_words(a);
    read_word_starts(a, record);
    return record_str(record, "text");
}

static void index_text(struct aggregator *a, struct str text)
{
    a->byte_at.n = 0;
    GROW(a->byte_at.data, a->byte_at.room, text.size + 1);
    for (size_t i = 0; i < text.size; i++)
        if ((text.data[i] & 0xc0) != 0x80)
            a->byte_at.data[a->byte_at.n++] = i;
    a->byte_at.data[a->byte_at.n] = text.size;
}

/* Offsets in a word become offsets in the text that the words make. */
static void read_offsets(struct aggregator *a, const struct record *record, bool by_words)
{
    record_ragged(record, "offsets", &a->offsets, &a->offset_rows);
    size_t n = a->offset_rows.n - 1;
    if (n != a->words.n || a->offsets.n != 2 * n)
        record_die(record, "offsets are not a pair for each of %zu pieces", a->words.n);
    GROW(a->start.data, a->start.room, n);
    GROW(a->end.data, a->end.room, n);
    for (size_t i = 0; i < n; i++) {
        int32_t word = a->words.data[i];
        int64_t shift = by_words && word != MSG_INT_NIL ? (int64_t)a->word_start.data[word] : 0;
        int64_t start = a->offsets.data[2 * i] + shift, end = a->offsets.data[2 * i + 1] + shift;
        if (word != MSG_INT_NIL && (start < shift || end < start || (size_t)end > a->byte_at.n))
            record_die(record, "piece %zu lies at %lld..%lld of a text of %zu code points", i, (long long)start, (long long)end,
                       a->byte_at.n);
        a->start.data[i] = (int32_t)start;
        a->end.data[i] = (int32_t)end;
    }
}

static void read_logits(struct aggregator *a, const struct record *record)
{
    size_t rows, columns, n = a->words.n;
    record_matrix(record, "logits", &a->logits, &rows, &columns);
    if (rows != n || a->pieces.n != n || (rows > 0 && columns != a->labels->n))
        record_die(record, "logits are [%zu,%zu], for %zu word ids, %zu pieces and %zu labels", rows, columns, n, a->pieces.n,
                   a->labels->n);
}

static void weigh(struct aggregator *a)
{
    size_t n = a->words.n, c = a->labels->n;
    GROW(a->probability.data, a->probability.room, n * c);
    for (size_t i = 0; i < n; i++)
        decode_softmax(c, a->logits.data + i * c, a->probability.data + i * c);
}

static bool is_ignored(const struct aggregator *a, struct str label)
{
    for (const char *name = a->ignored; *name;) {
        size_t size = strcspn(name, ",");
        if (str_equal((struct str){name, size}, label))
            return true;
        name += size + (name[size] == ',');
    }
    return false;
}

void aggregate_record(struct aggregator *a, const struct record *record)
{
    record_word_ids(record, &a->words);
    record_strs(record, "pieces", &a->pieces);
    read_logits(a, record);
    bool by_words = record_find(record, "tokens").data != NULL;
    struct str text = find_text(a, record, by_words);
    index_text(a, text);
    read_offsets(a, record, by_words);
    weigh(a);
    struct aggregate_input in = {.text = text,
                                 .byte_at = a->byte_at.data,
                                 .n_codes = a->byte_at.n,
                                 .n = a->words.n,
                                 .word_ids = a->words.data,
                                 .start = a->start.data,
                                 .end = a->end.data,
                                 .piece = a->pieces.data,
                                 .spelling = a->spelling,
                                 .unk = {a->unk, strlen(a->unk)},
                                 .probability = a->probability.data,
                                 .n_labels = a->labels->n};
    aggregate_find(a->aggregation, &in, a->labels, &a->spans);
    size_t kept = 0;
    for (size_t i = 0; i < a->spans.n; i++)
        if (!is_ignored(a, a->spans.data[i].label) && (double)a->spans.data[i].score >= a->threshold)
            a->spans.data[kept++] = a->spans.data[i];
    a->spans.n = kept;
}

static void pack_span(const struct aggregator *a, const struct aggregate_span *s, struct buffer *to)
{
    bool single = a->aggregation == AGGREGATE_NONE;
    pack_map(to, single ? 10 : 9);
    pack_string(to, single ? "entity" : "entity_group");
    pack_str(to, s->label);
    pack_string(to, "score");
    pack_float(to, s->score);
    if (single) {
        pack_string(to, "index");
        pack_int(to, (int64_t)s->index);
    }
    pack_string(to, "word");
    pack_str(to, (struct str){a->spans.text.data + s->word, s->word_size});
    const struct {
        const char *key;
        int64_t value;
    } place[] = {
        {"start", s->start},
        {"end", s->end},
        {"start_byte", (int64_t)a->byte_at.data[s->start]},
        {"end_byte", (int64_t)a->byte_at.data[s->end]},
        {"start_word", s->first_word},
        {"end_word", s->last_word + 1},
    };
    for (size_t i = 0; i < sizeof place / sizeof *place; i++) {
        pack_string(to, place[i].key);
        pack_int(to, place[i].value);
    }
}

void aggregate_pack(const struct aggregator *a, struct buffer *to)
{
    pack_array(to, a->spans.n);
    for (size_t i = 0; i < a->spans.n; i++)
        pack_span(a, &a->spans.data[i], to);
}

void aggregate_end(struct aggregator *a)
{
    aggregate_free(&a->spans);
    struct array_ints *ints[] = {&a->words, &a->offsets, &a->start, &a->end};
    struct array_sizes *sizes[] = {&a->offset_rows, &a->byte_at, &a->word_start};
    for (size_t i = 0; i < sizeof ints / sizeof *ints; i++)
        free(ints[i]->data);
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        free(sizes[i]->data);
    free(a->pieces.data);
    free(a->tokens.data);
    free(a->logits.data);
    free(a->probability.data);
    free(a->joined.data);
}
