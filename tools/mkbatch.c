/* mkbatch: sentences into batches, shuffled anew for each epoch. */
#include <stdlib.h>
#include <string.h>

#include "train/align.h"
#include "train/batch.h"
#include "stream/compat.h"

static struct batch_options plan = {.seed = 42, .epoch = 1, .shuffle = true, .batch_size = 8};
static bool in_order, pad;
static size_t pad_id;

static const struct cli_option options[] = {
    {'b', "batch-size", "N", "sentences a batch (8)", CLI_COUNT, &plan.batch_size, 1},
    {0, "tokens", "N", "pieces a batch at most, instead", CLI_COUNT, &plan.tokens, 1},
    {'s', "seed", "N", "seed of the shuffling (42)", CLI_SEED, &plan.seed, 0},
    {'e', "epoch", "N", "number of the epoch: each has its own order (1)", CLI_SEED, &plan.epoch, 0},
    {0, "no-shuffle", NULL, "keep the order of the stream", CLI_FLAG, &in_order, 0},
    {0, "bucket", "N", "put sentences of like length together, among each N batches", CLI_COUNT, &plan.bucket, 1},
    {0, "pad", NULL, "write padded arrays with masks, as the usual collator", CLI_FLAG, &pad, 0},
    {0, "pad-id", "N", "id of the padding piece (0)", CLI_COUNT, &pad_id, 0},
    {0},
};
static const struct cli cli = {"mkbatch", "sentences into batches", "[FILE...]", options, NULL};

/* The whole stream, as far as batches need it: shuffling wants the last sentence before the first. */
static struct { struct array_ints ids, labels; struct array_sizes start; uint8_t *id; size_t id_size, id_room; struct array_sizes id_start; } all;

static void keep(const struct record *r, bool with_labels)
{
    static struct array_ints ids, labels;
    record_ints(r, "input_ids", &ids);
    if (ids.n == 0)
        record_die(r, "no pieces in input_ids");
    if (with_labels) {
        record_ints(r, "labels", &labels);
        if (labels.n != ids.n)
            record_die(r, "%zu labels for %zu pieces; run alignlbl after wptok", labels.n, ids.n);
    }
    GROW(all.ids.data, all.ids.room, all.ids.n + ids.n);
    GROW(all.labels.data, all.labels.room, all.ids.n + ids.n);
    GROW(all.start.data, all.start.room, all.start.n + 2);
    memcpy(all.ids.data + all.ids.n, ids.data, ids.n * sizeof *ids.data);
    if (with_labels)
        memcpy(all.labels.data + all.ids.n, labels.data, ids.n * sizeof *ids.data);
    all.start.data[all.start.n++] = all.ids.n;
    all.ids.n += ids.n;
    all.start.data[all.start.n] = all.ids.n;

    struct msg id = record_find(r, "id");
    static const uint8_t nil = 0xc0;
    if (!id.data)
        id = (struct msg){&nil, &nil + 1};
    size_t size = (size_t)(id.end - id.data);
    GROW(all.id, all.id_room, all.id_size + size);
    GROW(all.id_start.data, all.id_start.room, all.start.n + 1);
    memcpy(all.id + all.id_size, id.data, size);
    all.id_start.data[all.start.n - 1] = all.id_size;
    all.id_start.data[all.start.n] = all.id_size += size;
}

/* One row; padded up to `width` with `filler`. */
static void put_row(struct writer *out, const int32_t *at, size_t n, size_t width, int32_t filler)
{
    static struct array_ints row;
    if (!pad) {
        put_ints(out, at, n);
        return;
    }
    GROW(row.data, row.room, width);
    for (size_t i = 0; i < width; i++)
        row.data[i] = i < n ? at[i] : filler;
    put_ints(out, row.data, width);
}

static void put_masks(struct writer *out, const size_t *order, size_t n, size_t width)
{
    static const char *const key[] = {"attention_mask", "token_type_ids"};
    for (size_t k = 0; k < 2; k++) {
        put_key(out, key[k]);
        put_array(out, n);
        for (size_t i = 0; i < n; i++) {
            size_t length = all.start.data[order[i] + 1] - all.start.data[order[i]];
            put_array(out, width);
            for (size_t j = 0; j < width; j++)
                put_int(out, k == 0 && j < length);
        }
    }
}

static void put_batch(struct writer *out, const char *const *added, size_t number, const size_t *order, size_t n,
                      bool with_labels)
{
    size_t width = 0;
    for (size_t i = 0; i < n; i++) {
        size_t length = all.start.data[order[i] + 1] - all.start.data[order[i]];
        width = length > width ? length : width;
    }
    writer_begin(out, NULL, added);
    put_key(out, "epoch");
    put_int(out, (int64_t)plan.epoch);
    put_key(out, "batch");
    put_int(out, (int64_t)number);
    put_key(out, "ids");
    put_array(out, n);
    for (size_t i = 0; i < n; i++)
        put_raw(out, (struct msg){all.id + all.id_start.data[order[i]], all.id + all.id_start.data[order[i] + 1]});
    for (size_t k = 0; k < (with_labels ? 2u : 1u); k++) {
        put_key(out, k == 0 ? "input_ids" : "labels");
        put_array(out, n);
        for (size_t i = 0; i < n; i++) {
            size_t first = all.start.data[order[i]], length = all.start.data[order[i] + 1] - first;
            put_row(out, (k == 0 ? all.ids.data : all.labels.data) + first, length, width, k == 0 ? (int32_t)pad_id : LABEL_NONE);
        }
    }
    if (pad)
        put_masks(out, order, n, width);
    writer_end(out);
}

int main(int argc, char **argv)
{
    struct reader *in = reader_open(cli_parse(&cli, argc, argv), "sentence");
    plan.shuffle = !in_order;
    if (pad_id > INT32_MAX)
        die_usage("--pad-id %zu: no vocabulary is that large", pad_id);
    reader_need(in, "input_ids");
    bool with_labels = header_has_field(reader_header(in), "labels");
    for (struct record *r; (r = reader_next(in)); ) {
        if (r->number == 1)             /* a header that does not say its fields leaves it to the first record */
            with_labels |= record_find(r, "labels").data != NULL;
        keep(r, with_labels);
    }

    size_t n = all.start.n, n_batches, *order, *start, *length = xmalloc(n, sizeof *length);
    for (size_t i = 0; i < n; i++)
        length[i] = all.start.data[i + 1] - all.start.data[i];
    batch_plan(&plan, n, length, &order, &start, &n_batches);

    const char *added[8] = {"epoch", "batch", "ids", "input_ids"};
    size_t n_added = 4;
    if (with_labels)
        added[n_added++] = "labels";
    if (pad) {
        added[n_added++] = "attention_mask";
        added[n_added++] = "token_type_ids";
    }
    struct header *h = header_copy(reader_header(in));
    header_become(h, "batch");
    for (size_t i = 0; i < n_added; i++)
        header_add_field(h, added[i]);
    header_set_int(h, "epoch", (int64_t)plan.epoch);
    header_set_int(h, "batches", (int64_t)n_batches);
    header_set_int(h, "examples", (int64_t)n);
    struct writer *out = writer_open(h);
    for (size_t b = 0; b < n_batches; b++)
        put_batch(out, added, b, order + start[b], start[b + 1] - start[b], with_labels);
    writer_close(out);
    reader_close(in);
    return 0;
}
