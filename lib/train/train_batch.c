/* train_batch: one record of a stream of batches. */
#include "train/train_batch.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text/printable.h"

static char *id_text(struct msg *ids)
{
    struct msg value = msg_value(ids);
    int64_t number;
    struct str text;
    if (msg_int(&value, &number))
        return xasprintf("%" PRId64, number);
    if (!msg_str(&value, &text))
        return xstrdup("?");
    struct buffer shown = {0};
    printable_add(&shown, text);
    buffer_add(&shown, "", 1);
    return shown.data;
}

/* The ids of a batch; 0 of them if it has none. */
static struct msg ids_of(const struct record *record, size_t *n)
{
    struct msg ids = record_find(record, "ids");
    *n = 0;
    if (ids.data && !msg_array(&ids, n))
        record_die(record, "ids is not an array");
    return ids;
}

char *train_batch_ids(char *text, const struct record *record)
{
    size_t n;
    struct msg ids = ids_of(record, &n);
    for (size_t i = 0; i < n; i++) {
        char *id = id_text(&ids), *more = xasprintf("%s%s%s", text ? text : "", text ? ", " : "", id);
        free(text);
        free(id);
        text = more;
    }
    return text ? text : xasprintf("of record %" PRIu64, record->number);
}

/* "sentence 3 (id 4711)": which of the batch, from 1 on. */
static char *sentence_name(const struct record *record, size_t sentence)
{
    size_t n;
    struct msg ids = ids_of(record, &n);
    for (size_t i = 0; i < sentence && i < n; i++)
        msg_value(&ids);
    return sentence < n ? xasprintf("sentence %zu (id %s)", sentence + 1, id_text(&ids))
                        : xasprintf("sentence %zu", sentence + 1);
}

static uint64_t number_of(const struct record *record, const char *field, uint64_t otherwise)
{
    struct msg value = record_find(record, field);
    int64_t number;
    if (!value.data)
        return otherwise;
    if (!msg_int(&value, &number) || number < 0)
        record_die(record, "%s is not a whole number from 0 on", field);
    return (uint64_t)number;
}

static void check_rows(const struct record *record, const struct array_sizes *start, const struct array_sizes *other,
                       const char *field)
{
    if (start->n != other->n)
        record_die(record, "%zu rows of input_ids, %zu of %s", start->n - 1, other->n - 1, field);
    for (size_t i = 0; i + 1 < start->n; i++) {
        size_t n = start->data[i + 1] - start->data[i], m = other->data[i + 1] - other->data[i];
        if (n != m)
            record_die(record, "%s: %zu pieces, but %zu of %s", sentence_name(record, i), n, m, field);
    }
}

/* Only the pieces whose mask is not 0 stay. */
static void cut_padding(struct train_batch *b)
{
    size_t kept = 0, from = 0;
    for (size_t s = 0; s + 1 < b->start.n; s++) {
        size_t to = b->start.data[s + 1];
        for (; from < to; from++)
            if (b->mask.data[from]) {
                b->input_ids.data[kept] = b->input_ids.data[from];
                b->labels.data[kept++] = b->labels.data[from];
            }
        b->start.data[s + 1] = kept;
    }
}

static void check_sentence(const struct record *record, const struct train_batch *b, size_t s, const struct config *c)
{
    struct pieces_limits limits = {config_max_pieces(c), c->vocab_size, c->num_labels};
    size_t from = b->start.data[s];
    char *wrong = pieces_check(&limits, b->start.data[s + 1] - from, b->input_ids.data + from, b->labels.data + from);
    if (wrong)
        record_die(record, "%s: %s", sentence_name(record, s), wrong);
}

void train_batch_read(struct train_batch *b, const struct record *record, const struct config *config)
{
    record_ragged(record, "input_ids", &b->input_ids, &b->start);
    record_ragged(record, "labels", &b->labels, &b->label_start);
    check_rows(record, &b->start, &b->label_start, "labels");
    if (b->start.n < 2)
        record_die(record, "a batch without sentences");
    if (record_find(record, "attention_mask").data) {
        record_ragged(record, "attention_mask", &b->mask, &b->mask_start);
        check_rows(record, &b->start, &b->mask_start, "attention_mask");
        cut_padding(b);
    }
    size_t n = b->start.n - 1;
    for (size_t s = 0; s < n; s++)
        check_sentence(record, b, s, config);
    pieces_map_labels(&b->stream_labels, b->start.data[n], b->labels.data);
    b->epoch = number_of(record, "epoch", 1);
    b->number = number_of(record, "batch", record->number - 1);
    b->packed = (struct bert_batch){n, b->start.data, b->input_ids.data, b->labels.data};
}

void train_batch_free(struct train_batch *b)
{
    free(b->input_ids.data);
    free(b->labels.data);
    free(b->mask.data);
    free(b->start.data);
    free(b->label_start.data);
    free(b->mask_start.data);
}
