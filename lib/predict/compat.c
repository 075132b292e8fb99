/* compat: whether a stream and a model fit together. */
#include "predict/compat.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "stream/fields.h"
#include "base/names.h"
#include "tokenizer/vocab.h"

static bool is_subset(const struct label_set *labels, const struct config *config)
{
    int32_t *place = names_places(labels->n, labels->name, config->num_labels, config->label);
    bool all = true;
    for (size_t i = 0; i < labels->n; i++)
        all = all && place[i] >= 0;
    free(place);
    return all;
}

/* What an earlier model said does not show what the corpus holds. */
static void check_tags(const struct header *header, const struct config *config, const char *dir)
{
    const struct label_set *other = NULL;
    for (size_t i = 0; i < header->n_label_sets; i++) {
        const struct label_set *tags = &header->label_set[i];
        if (!field_is_gold(tags->field))
            continue;
        other = tags;
        if (is_subset(tags, config))
            return;
    }
    if (other)
        die("no tags of the stream are labels of %s: %s has %zu (%s), the model has %zu (%s); --any-labels computes all the "
            "same",
            dir, other->field, other->n, names_join(other->n, other->name), config->num_labels,
            names_join(config->num_labels, config->label));
}

/* Ids that stay the same need no map. */
static struct pieces_labels by_name(const struct label_set *labels, int32_t *place)
{
    struct pieces_labels map = {labels->n, place};
    size_t same = 0;
    while (same < labels->n && place[same] == (int32_t)same)
        same++;
    if (same == labels->n) {
        free(place);
        map.id = NULL;
    }
    return map;
}

struct pieces_labels compat_labels(const struct header *header, const struct config *config, const char *dir)
{
    const struct label_set *labels = header_labels(header, "labels");
    if (!labels) {
        check_tags(header, config, dir);
        return (struct pieces_labels){config->num_labels, NULL};
    }
    int32_t *place = names_same(labels->n, labels->name, config->num_labels, config->label);
    if (place)
        return by_name(labels, place);
    char *advice =
        is_subset(labels, config)
            ? xasprintf("conll2msg --labels-from %s (preprocess.sh -L %s) makes a stream with all labels of the model", dir, dir)
            : xstrdup("bertinit makes a new head for the stream's labels");
    die("the stream's labels are not those of %s: the stream has %zu (%s), the model has %zu (%s); %s; %s; bertfwd --any-labels "
        "computes all the same",
        dir, labels->n, names_join(labels->n, labels->name), config->num_labels, names_join(config->num_labels, config->label),
        names_difference("the stream has", labels->n, labels->name, "the model has", config->num_labels, config->label), advice);
}

struct pieces_labels compat_any_labels(const struct header *header, const struct config *config, bool warns)
{
    const struct label_set *labels = header_labels(header, "labels");
    if (labels && is_subset(labels, config))
        return by_name(labels, names_places(labels->n, labels->name, config->num_labels, config->label));
    if (labels && warns) {
        char *difference =
            names_difference("the stream has", labels->n, labels->name, "the model has", config->num_labels, config->label);
        warn("the loss takes the stream's labels by their ids, because the model has other names; %s", difference);
        free(difference);
    }
    return (struct pieces_labels){config->num_labels, NULL};
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
