/* group: sentences of a stream that a model computes together. */
#include "predict/batcher.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "predict/compat.h"
#include "base/profile.h"

/* Bytes of a record that weigh as much as one piece: 512 pieces then hold 4 MiB of records at most. */
enum { BYTES_A_PIECE = 8192 };

struct batcher {
    struct bert *bert;
    const struct bert_config *config;
    bool loss;
    size_t n, room; struct record *record;      /* what waits; index into copies of the bytes */
    size_t bytes;
    struct array_ints input_ids, labels, one;
    struct array_sizes start;                         /* [n + 1] */
    struct array_floats logits;
    struct batcher_loss total;
    size_t batch, in_batch, batch_labelled;     /* Trainer's batch in progress */
    double batch_sum;
};

struct batcher *batcher_new(struct bert *bert, const struct bert_config *config, bool loss, size_t batch)
{
    struct batcher *g = xcalloc(1, sizeof *g);
    *g = (struct batcher){.bert = bert, .config = config, .loss = loss, .batch = batch};
    GROW(g->start.data, g->start.room, 1);
    g->start.data[0] = 0;
    return g;
}

static void append(struct array_ints *to, const struct array_ints *from)
{
    GROW(to->data, to->room, to->n + from->n);
    memcpy(to->data + to->n, from->data, from->n * sizeof *to->data);
    to->n += from->n;
}

void batcher_add(struct batcher *g, const struct record *record)
{
    record_ints(record, "input_ids", &g->one);
    size_t pieces = g->one.n;
    compat_ids(record, g->config, g->one.data, pieces);
    append(&g->input_ids, &g->one);
    if (g->loss) {
        record_ints(record, "labels", &g->one);
        compat_targets(record, g->config, pieces, g->one.data, g->one.n);
        append(&g->labels, &g->one);
    }
    GROW(g->record, g->room, g->n + 1);
    GROW(g->start.data, g->start.room, g->n + 2);
    size_t size = (size_t)(record->bytes.end - record->bytes.data);
    uint8_t *copy = xmalloc(size, 1);
    memcpy(copy, record->bytes.data, size);
    record_index(&g->record[g->n], record->number, (struct msg){copy, copy + size});
    g->bytes += size;
    g->start.data[++g->n] = g->input_ids.n;
}

size_t batcher_size(const struct batcher *g)
{
    size_t weight = g->bytes / BYTES_A_PIECE;
    return weight > g->input_ids.n ? weight : g->input_ids.n;
}

static void end_batch(struct batcher *g)
{
    if (g->batch_labelled)
        g->total.mean += g->batch_sum / (double)g->batch_labelled * (double)g->in_batch;
    g->in_batch = g->batch_labelled = 0;
    g->batch_sum = 0;
}

static void add_loss(struct batcher *g, struct loss loss)
{
    g->total.sum += loss.sum;
    g->total.labelled += loss.labelled;
    g->total.sentences++;
    g->batch_sum += loss.sum;
    g->batch_labelled += loss.labelled;
    if (++g->in_batch == g->batch)
        end_batch(g);
}

static void write_one(struct batcher *g, size_t i, struct filter *f)
{
    size_t first = g->start.data[i], pieces = g->start.data[i + 1] - first, c = g->config->num_labels;
    const float *logits = g->logits.data + first * c;
    for (size_t k = 0; k < pieces * c; k++)
        if (!isfinite(logits[k]))
            record_die(&g->record[i], "the logits of piece %zu are not finite: the model's weights are damaged, or its "
                       "training diverged", k / c);
    filter_begin(f, &g->record[i]);
    struct buffer *to = filter_put(f, "logits");
    pack_array(to, pieces);
    for (size_t k = 0; k < pieces; k++)
        pack_floats(to, logits + k * c, c);
    if (g->loss) {
        struct loss loss = cross_entropy(logits, g->labels.data + first, pieces, c, NULL);
        add_loss(g, loss);
        pack_double(filter_put(f, "loss"), loss.sum);
    }
    filter_end(f);
}

void batcher_run(struct batcher *g, struct filter *f)
{
    if (g->n == 0)
        return;
    struct packed_batch batch = {.n_sentences = g->n, .start = g->start.data, .input_ids = g->input_ids.data};
    GROW(g->logits.data, g->logits.room, g->input_ids.n * g->config->num_labels);
    profile_lap("reading", "", 0, 0);
    bert_forward(g->bert, &batch, g->logits.data);
    for (size_t i = 0; i < g->n; i++) {
        write_one(g, i, f);
        free((void *)g->record[i].bytes.data);
    }
    profile_lap("writing", "", 0, 0);
    g->n = g->bytes = g->input_ids.n = g->labels.n = 0;
}

struct batcher_loss batcher_loss(const struct batcher *g)
{
    struct batcher rest = *g;
    end_batch(&rest);
    if (rest.total.sentences)
        rest.total.mean /= (double)rest.total.sentences;
    return rest.total;
}

void batcher_free(struct batcher *g)
{
    free(g->record);
    free(g->input_ids.data);
    free(g->labels.data);
    free(g->one.data);
    free(g->start.data);
    free(g->logits.data);
    free(g);
}
