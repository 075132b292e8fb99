/* mkbatch: sentences into batches, shuffled anew for each epoch. */
#include <stdlib.h>

#include "train/batch.h"
#include "train/batch_write.h"

static struct batch_options plan = {.seed = 42, .epoch = 1, .shuffle = true, .batch_size = 8};
static bool in_order, pad;
static size_t pad_id = SIZE_MAX;

static const struct cli_option options[] = {
    {'b', "batch-size", "N", "sentences a batch (8)", CLI_COUNT, &plan.batch_size, 1},
    {0, "tokens", "N", "pieces a batch at most, instead", CLI_COUNT, &plan.tokens, 1},
    {'s', "seed", "N", "seed of the shuffling (42)", CLI_SEED, &plan.seed, 0},
    {'e', "epoch", "N", "number of the epoch: each has its own order (1)", CLI_SEED, &plan.epoch, 0},
    {0, "no-shuffle", NULL, "keep the order of the stream", CLI_FLAG, &in_order, 0},
    {0, "bucket", "N", "sort each N batches by length, so that a batch has sentences of like length", CLI_COUNT, &plan.bucket, 1},
    {0, "pad", NULL, "write padded arrays with masks, as the collator of transformers", CLI_FLAG, &pad, 0},
    {0, "pad-id", "N", "id of the padding piece (as the stream says)", CLI_COUNT, &pad_id, 0},
    CLI_CHECKSUM,
    {0},
};
static void check(void)
{
    plan.shuffle = !in_order;
    if (pad_id > INT32_MAX && pad_id != SIZE_MAX)
        die_usage("--pad-id %zu: no vocabulary is that large", pad_id);
}

static const struct cli cli = {"mkbatch", "sentences into batches", "[FILE...]", options, check};

/* The pieces of each sentence. */
static size_t *lengths(const struct batch_store *store)
{
    size_t *length = xmalloc(store->n, sizeof *length);
    for (size_t i = 0; i < store->n; i++)
        length[i] = batch_store_length(store, i);
    return length;
}

int main(int argc, char **argv)
{
    struct filter *f = filter_open(&cli, argc, argv, "sentence");
    filter_need(f, "input_ids");
    struct batch_store store = {.has_labels = filter_has(f, "labels")};
    for (struct record *r; (r = filter_gather(f));) {
        if (r->number == 1) /* a header that does not tell its fields leaves it to the first record */
            store.has_labels |= record_find(r, "labels").data != NULL;
        batch_store_add(&store, r);
    }

    size_t n_batches, *order, *start, *length = lengths(&store);
    batch_plan(&plan, store.n, length, &order, &start, &n_batches);
    struct batch_format format = {pad, pad_id == SIZE_MAX ? filter_header(f)->pad : (int32_t)pad_id};
    filter_becomes(f, "batch");
    batch_write_adds(f, &store, &format);
    filter_set_int(f, "epoch", (int64_t)plan.epoch);
    filter_set_int(f, "batches", (int64_t)n_batches);
    filter_set_int(f, "examples", (int64_t)store.n);
    for (size_t b = 0; b < n_batches; b++)
        batch_write(f, &store, &format, plan.epoch, b, start[b + 1] - start[b], order + start[b]);
    free(length);
    free(order);
    free(start);
    batch_store_free(&store);
    return filter_close(f);
}
