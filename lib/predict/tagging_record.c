/* tagging_record: what tagging needs, out of the fields of a record. */
#include "predict/tagging.h"

/* The words that came in: those given, or the tokenizer's own of a raw text. */
static size_t count_words(const struct tagging *t, const struct record *record)
{
    size_t n = 0;
    struct msg tokens = record_find(record, "tokens");
    if (tokens.data) {
        if (!msg_array(&tokens, &n))
            record_die(record, "field 'tokens' is not an array");
        return n;
    }
    for (size_t i = 0; i < t->word_ids.n; i++)
        if (t->word_ids.data[i] != MSG_INT_NIL && (size_t)t->word_ids.data[i] >= n)
            n = (size_t)t->word_ids.data[i] + 1;
    return n;
}

static void decide_words(struct tagging *t, const struct record *record)
{
    int32_t bad;
    size_t n = count_words(t, record), without = tagging_words(t, n, t->word_ids.n, t->word_ids.data, t->logits.data, &bad);
    if (without != SIZE_MAX) {
        t->without += without;
        return;
    }
    if (bad == MSG_INT_NIL)
        record_die(record, "no sequence of these labels for %zu words keeps to the scheme", n);
    if (bad < 0 || (size_t)bad >= n)
        record_die(record, "word id %d of %zu words", bad, n);
    record_die(record, "the logits of word %d are not finite", bad);
}

/* [CLS] and [SEP] too: the Hugging Face course's evaluation looks at every piece. */
static void decide_pieces(struct tagging *t, const struct record *record)
{
    int32_t bad;
    size_t n = t->word_ids.n;
    for (size_t i = 0; i < n; i++)
        t->word_ids.data[i] = (int32_t)i;
    if (tagging_words(t, n, n, t->word_ids.data, t->logits.data, &bad) == SIZE_MAX)
        record_die(record, "the logits of piece %d are not finite", bad);
}

void tagging_record(struct tagging *t, const struct record *record)
{
    size_t rows, columns;
    record_ints(record, "word_ids", &t->word_ids);
    record_matrix(record, "logits", &t->logits, &rows, &columns);
    if (rows != t->word_ids.n || (rows > 0 && columns != t->labels->n))
        record_die(record, "logits are [%zu,%zu], for %zu pieces and %zu labels", rows, columns, t->word_ids.n, t->labels->n);
    if (t->unit == TAGGING_PIECE)
        decide_pieces(t, record);
    else
        decide_words(t, record);
}
