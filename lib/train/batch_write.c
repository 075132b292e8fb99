/* batch_write: batches of stored sentences into a stream. */
#include "train/batch_write.h"

#include "stream/fields.h"

void batch_write_adds(struct filter *f, const struct batch_store *s, const struct batch_format *format)
{
    static const char *const field[] = {"epoch", "batch", "ids", "input_ids", "labels", "attention_mask", "token_type_ids"};
    enum { LABELS = 4, MASKS = 5 };
    for (size_t i = 0; i < sizeof field / sizeof *field; i++)
        if (i < LABELS || (i == LABELS && s->has_labels) || (i >= MASKS && format->pad))
            filter_adds(f, field[i], NULL);
}

static size_t longest(const struct batch_store *s, size_t n, const size_t *order)
{
    size_t max = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = batch_store_length(s, order[i]);
        max = length > max ? length : max;
    }
    return max;
}

/* Rows [n] of `values`, filled up to `width` if that is not 0. */
static void put_rows(struct buffer *to, const struct batch_store *s, const int32_t *values, int32_t filler, size_t width,
                     size_t n, const size_t *order)
{
    pack_array(to, n);
    for (size_t i = 0; i < n; i++) {
        const int32_t *row = values + s->start.data[order[i]];
        size_t length = batch_store_length(s, order[i]);
        if (!width) {
            pack_ints(to, row, length);
            continue;
        }
        pack_array(to, width);
        for (size_t j = 0; j < width; j++)
            pack_int(to, j < length ? row[j] : filler);
    }
}

/* Rows [n] of `width`: `value` for each piece, then zeros. */
static void put_masks(struct buffer *to, const struct batch_store *s, int value, size_t width, size_t n, const size_t *order)
{
    pack_array(to, n);
    for (size_t i = 0; i < n; i++) {
        pack_array(to, width);
        for (size_t j = 0; j < width; j++)
            pack_int(to, j < batch_store_length(s, order[i]) ? value : 0);
    }
}

void batch_write(struct filter *f, const struct batch_store *s, const struct batch_format *format, uint64_t epoch, size_t number,
                 size_t n, const size_t *order)
{
    size_t width = format->pad ? longest(s, n, order) : 0;
    filter_begin(f, NULL);
    filter_put_int(f, "epoch", (int64_t)epoch);
    filter_put_int(f, "batch", (int64_t)number);
    struct buffer *ids = filter_put(f, "ids");
    pack_array(ids, n);
    for (size_t i = 0; i < n; i++) {
        const uint8_t *data = packed_msg(&s->id).data;
        pack_raw(ids, (struct msg){data + s->id_start.data[order[i]], data + s->id_start.data[order[i] + 1]});
    }
    put_rows(filter_put(f, "input_ids"), s, s->input_ids.data, format->pad_id, width, n, order);
    if (s->has_labels)
        put_rows(filter_put(f, "labels"), s, s->labels.data, LABEL_NONE, width, n, order);
    if (format->pad) {
        put_masks(filter_put(f, "attention_mask"), s, 1, width, n, order);
        put_masks(filter_put(f, "token_type_ids"), s, 0, width, n, order);
    }
    filter_end(f);
}
