/* tagging_record: what tagging needs, out of the fields of a record. */
#include "predict/tagging.h"
#include "stream/record.h"
#include "text/utf8.h"
#include "tokenizer/unicode.h"

/* The words up to the last that has a piece. */
static size_t count_tokenized(const struct tagging *t)
{
    size_t n = 0;
    for (size_t i = 0; i < t->word_ids.n; i++)
        if (t->word_ids.data[i] != MSG_INT_NIL && (size_t)t->word_ids.data[i] >= n)
            n = (size_t)t->word_ids.data[i] + 1;
    return n;
}

/* Whether a tokenizer can make a piece of it: it does not only consist of what is removed. */
static bool has_text(struct str word)
{
    uint32_t code;
    for (size_t i = 0; i < word.size;) {
        i += utf8_decode(word.data + i, &code);
        if (!(unicode_class(code) & (UNICODE_REMOVED | UNICODE_SPACE | UNICODE_MARK)))
            return true;
    }
    return false;
}

/* The words that came in: those given, or the tokenizer's own of a raw text. Words from *n_whole on were cut off: no word after
 * these has a piece, and the first of them would have one. */
static size_t count_words(struct tagging *t, const struct record *record, size_t *n_whole)
{
    size_t n = 0, tokenized = *n_whole = count_tokenized(t);
    struct msg tokens = record_find(record, "tokens");
    if (!tokens.data)
        return tokenized;
    if (!msg_array(&tokens, &n))
        record_die(record, "field 'tokens' is not an array");
    if (tokenized >= n)
        return n;
    record_strs(record, "tokens", &t->tokens);
    while (*n_whole < n && !has_text(t->tokens.data[*n_whole]))
        ++*n_whole;
    return n;
}

static void decide_words(struct tagging *t, const struct record *record)
{
    size_t n_whole, n = count_words(t, record, &n_whole);
    size_t without = tagging_words(t, n, n_whole, t->word_ids.n, t->word_ids.data, t->logits.data);
    if (without == SIZE_MAX)
        record_die(record, "no sequence of these labels for %zu words keeps to the scheme", n);
    t->without += without;
}

/* [CLS] and [SEP] too: the Hugging Face course's evaluation looks at every piece. */
static void decide_pieces(struct tagging *t, const struct record *record)
{
    size_t n = t->word_ids.n;
    for (size_t i = 0; i < n; i++)
        t->word_ids.data[i] = (int32_t)i;
    if (tagging_words(t, n, n, n, t->word_ids.data, t->logits.data) == SIZE_MAX)
        record_die(record, "no sequence of these labels for %zu pieces keeps to the scheme", n);
}

void tagging_record(struct tagging *t, const struct record *record)
{
    size_t rows, columns;
    record_word_ids(record, &t->word_ids);
    record_matrix(record, "logits", &t->logits, &rows, &columns);
    if (rows != t->word_ids.n || (rows > 0 && columns != t->labels->n))
        record_die(record, "logits are [%zu,%zu], for %zu pieces and %zu labels", rows, columns, t->word_ids.n, t->labels->n);
    if (t->unit == TAGGING_PIECE)
        decide_pieces(t, record);
    else
        decide_words(t, record);
}
