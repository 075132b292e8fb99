/* align: labels of words to labels of pieces. */
#include "train/align.h"

#include <stdlib.h>

#include "tags/labels.h"

void align_inside(const struct label_set *labels, int32_t *inside)
{
    bool has_scheme = labels_have_scheme(labels);
    struct label_index index = label_index_of(labels);
    for (size_t i = 0; i < labels->n; i++) {
        struct tag tag;
        bool begins = labels_is_tag(labels->name[i], has_scheme, &tag) && tag.prefix == 'B';
        int found = begins ? labels_with(&index, tag, 'I') : -1;
        inside[i] = found >= 0 ? found : (int32_t)i;
    }
    label_index_free(&index);
}

size_t align_labels(enum align_rule rule, size_t n, const int32_t *word_ids, size_t n_words, const int32_t *tags,
                    const int32_t *inside, int32_t *last, int32_t *labels)
{
    size_t begun = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t word = word_ids[i];
        if (word == MSG_INT_NIL) {
            labels[i] = LABEL_NONE;
            continue;
        }
        if (word < 0 || (size_t)word >= n_words)
            return SIZE_MAX;
        if (word != *last) {
            labels[i] = tags[word];
            begun++;
        } else
            labels[i] = rule == ALIGN_INSIDE ? inside[tags[word]] : rule == ALIGN_FIRST ? LABEL_NONE : tags[word];
        *last = word;
    }
    return begun;
}

struct aligner aligner_new(enum align_rule rule, const struct label_set *labels)
{
    struct aligner a = {.rule = rule, .labels = labels, .inside = xmalloc(labels->n, sizeof *a.inside), .last = MSG_INT_NIL};
    align_inside(labels, a.inside);
    return a;
}

static void read_tags(struct aligner *a, const struct record *record)
{
    record_ints(record, "word_ids", &a->words);
    record_tags(record, a->labels, &a->tags);
    struct msg tokens = record_find(record, "tokens");
    size_t n;
    if (!tokens.data)
        return;
    if (!msg_array(&tokens, &n))
        record_die(record, "field 'tokens' is not an array");
    if (n != a->tags.n)
        record_die(record, "%zu tags in %s for %zu words", a->tags.n, a->labels->field, n);
}

void align_record(struct aligner *a, const struct record *record)
{
    read_tags(a, record);
    size_t count, window = window_order_next(&a->order, record, &count), n = a->words.n, n_words = a->tags.n;
    if (window == 0) {
        a->last = MSG_INT_NIL;
        a->begun = 0;
    }
    GROW(a->piece.data, a->piece.room, n);
    a->piece.n = n;
    size_t more = align_labels(a->rule, n, a->words.data, n_words, a->tags.data, a->inside, &a->last, a->piece.data);
    if (more == SIZE_MAX)
        record_die(record, "a word id is outside of the %zu words in %s", n_words, a->labels->field);
    a->begun += more;
    if (window + 1 == count && a->begun < n_words)
        a->without += n_words - a->begun;
}

void aligner_end(struct aligner *a)
{
    window_order_finish(&a->order);
    free(a->inside);
    free(a->piece.data);
    free(a->order.id);
    free(a->words.data);
    free(a->tags.data);
}
