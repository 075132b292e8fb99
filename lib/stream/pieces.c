/* pieces: the one check of a sentence's pieces and labels. */
#include "stream/pieces.h"

#include <inttypes.h>

#include "stream/fields.h"

char *pieces_check(const struct pieces_limits *limits, size_t n, const int32_t *input_ids, const int32_t *labels)
{
    if (n == 0)
        return xasprintf("no pieces in input_ids; wptok gives at least two");
    if (n > limits->max_pieces)
        return xasprintf("%zu pieces, the model takes %zu; see wptok --overflow (-x in the scripts)", n, limits->max_pieces);
    for (size_t i = 0; i < n; i++) {
        if (input_ids[i] < 0 || (size_t)input_ids[i] >= limits->vocab_size)
            return xasprintf("input_ids[%zu] is %" PRId32
                             ", the model's vocabulary has %zu pieces; run wptok -m with this model; it "
                             "names a piece that has no row in the embeddings",
                             i, input_ids[i], limits->vocab_size);
        if (labels && labels[i] != LABEL_NONE && (labels[i] < 0 || (size_t)labels[i] >= limits->n_labels))
            return xasprintf("labels[%zu] is %" PRId32 ", the model has %zu labels", i, labels[i], limits->n_labels);
    }
    return NULL;
}

void pieces_map_labels(const struct pieces_labels *labels, size_t n, int32_t *label)
{
    for (size_t i = 0; labels->id && i < n; i++)
        if (label[i] != LABEL_NONE)
            label[i] = labels->id[label[i]];
}
