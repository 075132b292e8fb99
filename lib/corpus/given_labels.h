/* given_labels: the label sets that a user gives instead of those that are collected from the data. */
#ifndef TAGPIPE_CORPUS_GIVEN_LABELS_H
#define TAGPIPE_CORPUS_GIVEN_LABELS_H

#include <tagpipe/cli.h>

#include "stream/header.h"

/* Set to {0} at first. */
struct given_labels {
    struct header *sets;  /* a label set a field; NULL: none was given */
    struct label_set any; /* given without a field: given_labels_settle finds it */
    const char *source;   /* the option, for messages */
    const char *stream;   /* NULL, or the stream that gives the label sets of all fields */
};

/* What the options --labels and --labels-from (NULL: not given) say. Of --labels: FIELD=A,B,... or FIELD=@FILE, a name a line;
 * without FIELD= for the field that given_labels_settle finds. `from`: a stream, or a model directory. Dies (exit 2) on a list
 * that is none. */
struct given_labels given_labels_new(const struct cli_list *labels, const char *from);
/* field [n]: the tag fields that there are. A label set without a field belongs to ner_tags, or else to the only field; dies if
 * there are several. */
void given_labels_settle(struct given_labels *given, size_t n, const char *const *field);
/* The label set of a field; NULL: it is to be collected. */
const struct label_set *given_labels_of(const struct given_labels *given, const char *field);
void given_labels_free(struct given_labels *given);

#endif
