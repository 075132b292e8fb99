/* compat: whether a stream and a model fit together. */
#include "predict/compat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "base/names.h"
#include "tokenizer/vocab.h"

static bool same_names(const struct label_set *labels, const struct config *config)
{
    bool same = labels->n == config->num_labels;
    for (size_t i = 0; same && i < labels->n; i++)
        same = strcmp(labels->name[i], config->label[i]) == 0;
    return same;
}

static bool is_subset(const struct label_set *labels, const struct config *config)
{
    for (size_t i = 0; i < labels->n; i++) {
        size_t k = 0;
        while (k < config->num_labels && strcmp(labels->name[i], config->label[k]) != 0)
            k++;
        if (k == config->num_labels)
            return false;
    }
    return true;
}

void compat_labels(const struct header *header, const struct config *config, const char *dir)
{
    const struct label_set *labels = header_labels(header, "labels"), *other = NULL;
    char *model = names_join(config->num_labels, config->label);
    if (labels && !same_names(labels, config))
        die("the stream's labels are not those of %s: the stream has %zu (%s), the model has %zu (%s); make the model's head "
            "for this stream with bertinit",
            dir, labels->n, names_join(labels->n, labels->name), config->num_labels, model);
    for (size_t i = 0; !labels && i < header->n_label_sets; i++) {
        const struct label_set *tags = &header->label_set[i];
        if (!field_is_gold(tags->field)) /* what an earlier model said does not show what the corpus holds */
            continue;
        other = tags;
        if (is_subset(tags, config))
            break;
    }
    if (other && !is_subset(other, config))
        die("no tags of the stream are labels of %s: %s has %zu (%s), the model has %zu (%s); --any-labels computes all the "
            "same",
            dir, other->field, other->n, names_join(other->n, other->name), config->num_labels, model);
    free(model);
}

void compat_vocab(const struct header *header, const char *dir)
{
    int64_t size;
    char hash[17];
    if (!header->vocab_hash || !vocab_identify(dir, &size, hash) || strcmp(hash, header->vocab_hash) == 0)
        return;
    die("the stream's pieces are of another vocabulary: theirs has %" PRId64 " pieces and hash %s, that of %s has %" PRId64
        " and %s; run wptok -m with this model",
        header->vocab_size, header->vocab_hash, dir, size, hash);
}
