/* batch_store: the sentences of a stream, kept for batches. */
#include "train/batch_store.h"

#include <stdlib.h>
#include <string.h>

/* One more end of a row. */
static void end_row(struct array_sizes *start, size_t n, size_t end)
{
    GROW(start->data, start->room, n + 2);
    start->data[0] = 0;
    start->data[n + 1] = end;
}

void batch_store_add(struct batch_store *s, const struct record *record)
{
    record_ints(record, "input_ids", &s->one);
    size_t n = s->one.n;
    if (n == 0)
        record_die(record, "no pieces in input_ids");
    array_add_ints(&s->input_ids, &s->one);
    if (s->has_labels) {
        record_ints(record, "labels", &s->one);
        if (s->one.n != n)
            record_die(record, "%zu labels for %zu pieces; run alignlbl after wptok", s->one.n, n);
        array_add_ints(&s->labels, &s->one);
    }
    struct msg id = record_find(record, "id");
    if (id.data)
        pack_raw(&s->id, id);
    else
        pack_nil(&s->id);
    end_row(&s->start, s->n, s->input_ids.n);
    end_row(&s->id_start, s->n, s->id.n);
    s->n++;
}

size_t batch_store_length(const struct batch_store *s, size_t sentence)
{
    return s->start.data[sentence + 1] - s->start.data[sentence];
}

void batch_store_free(struct batch_store *s)
{
    free(s->input_ids.data);
    free(s->labels.data);
    free(s->start.data);
    free(s->id_start.data);
    free(s->id.data);
    free(s->one.data);
}
