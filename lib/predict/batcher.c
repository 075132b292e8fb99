/* batcher: sentences of a stream that a model computes together. */
#include "predict/batcher.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/profile.h"

/* So many bytes of a record count as one piece: with 512 pieces, 4 MiB of records are kept at most. */
enum { BYTES_A_PIECE = 8192 };

struct batcher {
    struct bert *bert;
    const struct config *config;
    bool loss;
    struct pieces_labels stream_labels;
    size_t n, room;
    struct record *record; /* those not computed yet; they point into copies of the bytes */
    size_t bytes;
    struct array_ints input_ids, labels; /* packed, [N] */
    struct array_ints one, one_labels;   /* those of one record */
    struct array_sizes start;            /* [n + 1] */
    struct array_floats logits;          /* [N,C] */
    struct batcher_loss total;
    size_t batch, in_batch, batch_labelled; /* the current one of Trainer's batches: its size, sentences, labelled pieces */
    double batch_sum;
};

struct batcher *batcher_new(struct bert *bert, const struct config *config, bool loss, size_t batch)
{
    struct batcher *b = xcalloc(1, sizeof *b);
    *b = (struct batcher){
        .bert = bert, .config = config, .loss = loss, .stream_labels = {config->num_labels, NULL}, .batch = batch};
    GROW(b->start.data, b->start.room, 1);
    b->start.data[0] = 0;
    return b;
}

void batcher_set_labels(struct batcher *b, struct pieces_labels labels)
{
    b->stream_labels = labels;
}

void batcher_add(struct batcher *b, const struct record *record)
{
    record_ints(record, "input_ids", &b->one);
    if (b->loss) {
        record_ints(record, "labels", &b->one_labels);
        if (b->one_labels.n != b->one.n)
            record_die(record, "%zu labels for %zu pieces; run alignlbl", b->one_labels.n, b->one.n);
    }
    struct pieces_limits limits = {config_max_pieces(b->config), b->config->vocab_size, b->stream_labels.n};
    char *wrong = pieces_check(&limits, b->one.n, b->one.data, b->loss ? b->one_labels.data : NULL);
    if (wrong)
        record_die(record, "%s", wrong);
    if (b->loss)
        pieces_map_labels(&b->stream_labels, b->one_labels.n, b->one_labels.data);
    array_add_ints(&b->input_ids, &b->one);
    array_add_ints(&b->labels, &b->one_labels);
    GROW(b->record, b->room, b->n + 1);
    GROW(b->start.data, b->start.room, b->n + 2);
    struct msg copy = msg_copy(record->bytes);
    record_index(&b->record[b->n], record->number, copy);
    b->bytes += (size_t)(copy.end - copy.data);
    b->start.data[++b->n] = b->input_ids.n;
}

size_t batcher_size(const struct batcher *b)
{
    size_t weight = b->bytes / BYTES_A_PIECE;
    return weight > b->input_ids.n ? weight : b->input_ids.n;
}

static void end_batch(struct batcher *b)
{
    if (b->batch_labelled)
        b->total.mean += b->batch_sum / (double)b->batch_labelled * (double)b->in_batch;
    b->in_batch = b->batch_labelled = 0;
    b->batch_sum = 0;
}

static void add_loss(struct batcher *b, struct loss loss)
{
    b->total.sum += loss.sum;
    b->total.labelled += loss.labelled;
    b->total.sentences++;
    b->batch_sum += loss.sum;
    b->batch_labelled += loss.labelled;
    if (++b->in_batch == b->batch)
        end_batch(b);
}

static void write_record(struct batcher *b, size_t i, struct filter *f)
{
    size_t first = b->start.data[i], pieces = b->start.data[i + 1] - first, c = b->config->num_labels;
    const float *logits = b->logits.data + first * c;
    for (size_t k = 0; k < pieces * c; k++)
        if (!isfinite(logits[k]))
            record_die(&b->record[i],
                       "the logits of piece %zu are not finite: the model's weights are damaged, or its "
                       "training diverged",
                       k / c);
    filter_begin(f, &b->record[i]);
    struct buffer *to = filter_put(f, "logits");
    pack_array(to, pieces);
    for (size_t k = 0; k < pieces; k++)
        pack_floats(to, logits + k * c, c);
    if (b->loss) {
        struct loss loss = loss_cross_entropy(logits, b->labels.data + first, pieces, c, NULL);
        add_loss(b, loss);
        pack_double(filter_put(f, "loss"), loss.sum);
    }
    filter_end(f);
}

void batcher_run(struct batcher *b, struct filter *f)
{
    if (b->n == 0)
        return;
    struct bert_batch batch = {.n_sentences = b->n, .start = b->start.data, .input_ids = b->input_ids.data};
    GROW(b->logits.data, b->logits.room, b->input_ids.n * b->config->num_labels);
    profile_lap("reading", "", 0, 0);
    bert_forward(b->bert, &batch, b->logits.data);
    for (size_t i = 0; i < b->n; i++) {
        write_record(b, i, f);
        msg_copy_free(b->record[i].bytes);
    }
    profile_lap("writing", "", 0, 0);
    b->n = b->bytes = b->input_ids.n = b->labels.n = 0;
}

struct batcher_loss batcher_loss(const struct batcher *b)
{
    struct batcher rest = *b;
    end_batch(&rest);
    if (rest.total.sentences)
        rest.total.mean /= (double)rest.total.sentences;
    return rest.total;
}

void batcher_print_loss(const struct batcher *b, struct outfile *file)
{
    struct batcher_loss l = batcher_loss(b);
    double mean = l.labelled ? l.sum / (double)l.labelled : 0;
    if (!file) {
        warn("loss %.9g over %zu labelled pieces of %zu sentences; mean of means of batches of %zu: %.9g", mean, l.labelled,
             l.sentences, b->batch, l.mean);
        return;
    }
    char *text = xasprintf("{\"loss\": %.17g, \"labelled\": %zu, \"sentences\": %zu, \"batch\": %zu, \"eval_loss\": %.17g}\n",
                           mean, l.labelled, l.sentences, b->batch, l.mean);
    outfile_write(file, text, strlen(text));
    outfile_commit(file);
    free(text);
}

void batcher_free(struct batcher *b)
{
    free(b->record);
    free(b->input_ids.data);
    free(b->labels.data);
    free(b->one.data);
    free(b->one_labels.data);
    free(b->start.data);
    free(b->logits.data);
    free(b);
}
