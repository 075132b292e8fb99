/* sentence: a record's text and words. */
#include "tags/sentence.h"

#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "stream/record.h"
#include "tags/label_index.h"
#include "text/utf8.h"

static bool same_names(const struct label_set *a, const struct label_set *b)
{
    if (a->n != b->n)
        return false;
    size_t i = 0;
    while (i < a->n && strcmp(a->name[i], b->name[i]) == 0) /* mostly all */
        i++;
    if (i == a->n)
        return true;
    struct label_index index = label_index_of(b);
    while (i < a->n && label_index_find(&index, str_of(a->name[i])) >= 0)
        i++;
    label_index_free(&index);
    return i == a->n;
}

const char *sentence_gold_field(const struct header *h, const struct record *record)
{
    const struct label_set *pred = header_labels(h, "pred");
    const struct label_set *gold[RECORD_FIELDS_MAX], *found = NULL;
    size_t n = 0;
    for (size_t i = 0; i < h->n_label_sets && n < RECORD_FIELDS_MAX; i++) {
        const struct label_set *labels = &h->label_set[i];
        if (!field_is_gold(labels->field) || !record_find(record, labels->field).data)
            continue;
        if (!found || strcmp(labels->field, "ner_tags") == 0)
            found = labels;
        gold[n++] = labels;
    }
    for (size_t i = 0; n > 1 && pred && i < n; i++)
        if (same_names(pred, gold[i]))
            return gold[i]->field;
    return found ? found->field : NULL;
}

static void join_words(struct sentence *s)
{
    s->joined.n = 0;
    for (size_t i = 0; i < s->words.n; i++) {
        if (i > 0)
            buffer_add(&s->joined, " ", 1);
        buffer_add(&s->joined, s->words.data[i].data, s->words.data[i].size);
    }
    s->text = (struct str){s->joined.n ? s->joined.data : "", s->joined.n};
    const char *next = s->text.data;
    for (size_t i = 0; i < s->words.n; next += s->words.data[i++].size + 1)
        s->words.data[i].data = next;
}

/* Words that have their places in the text. */
static void place_words(struct sentence *s, const struct record *record)
{
    s->text = record_str(record, "text");
    record_pairs(record, "token_offsets", s->words.n, &s->spans);
    const char *next = s->text.data, *end = s->text.data + s->text.size;
    int32_t code = 0;
    for (size_t i = 0; i < 2 * s->words.n; i++) {
        int32_t offset = s->spans.data[i];
        struct str *word = &s->words.data[i / 2];
        if (offset < code)
            record_die(record, "token_offsets[%zu] begins before the word before it ends", i / 2);
        next += utf8_offset(next, (size_t)(end - next), (size_t)(offset - code));
        code = offset;
        if (i % 2 == 0)
            word->data = next;
        else if (word->data + word->size != next)
            record_die(record, "token_offsets[%zu] is not where tokens[%zu] is in the text", i / 2, i / 2);
    }
}

/* The words of a text: what its pieces with one word id cover. */
static void words_of_text(struct sentence *s, const struct record *record)
{
    struct array_ints *span = &s->spans;
    record_ints(record, "word_ids", &s->ints);
    record_ragged(record, "offsets", span, &s->start);
    const char *next = s->text.data, *end = s->text.data + s->text.size;
    int32_t code = 0, last = MSG_INT_NIL;
    for (size_t i = 0; i < s->ints.n && i + 1 < s->start.n && 2 * i + 1 < span->n; i++) {
        if (s->ints.data[i] == MSG_INT_NIL)
            continue;
        bool begins = s->ints.data[i] != last;
        for (int k = begins ? 0 : 1; k < 2; k++) {
            int32_t offset = span->data[2 * i + (size_t)k];
            if (offset > code) {
                next += utf8_offset(next, (size_t)(end - next), (size_t)(offset - code));
                code = offset;
            }
            if (k == 0) {
                GROW(s->words.data, s->words.room, s->words.n + 1);
                s->words.data[s->words.n++] = (struct str){next, 0};
            }
        }
        s->words.data[s->words.n - 1].size = (size_t)(next - s->words.data[s->words.n - 1].data);
        last = s->ints.data[i];
    }
}

bool sentence_words(struct sentence *s, const struct record *record)
{
    s->words.n = 0;
    if (msg_type(record_find(record, "tokens")) == MSG_ARRAY) { /* a step's tokens are a number */
        record_strs(record, "tokens", &s->words);
        if (record_find(record, "token_offsets").data && record_find(record, "text").data)
            place_words(s, record);
        else
            join_words(s);
        return true;
    }
    if (!record_find(record, "text").data)
        return false;
    s->text = record_str(record, "text");
    if (record_find(record, "word_ids").data && record_find(record, "offsets").data)
        words_of_text(s, record);
    return true;
}

void sentence_free(struct sentence *s)
{
    free(s->words.data);
    free(s->gold.data);
    free(s->pred.data);
    free(s->joined.data);
    free(s->ints.data);
    free(s->other.data);
    free(s->spans.data);
    free(s->start.data);
    free(s->scores.data);
    *s = (struct sentence){0};
}
