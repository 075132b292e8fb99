/* split: a corpus in parts, each a file of its own. The sentences of a document, and the windows of a sentence, stay
 * together and in their order. */
#ifndef TAGPIPE_CORPUS_SPLIT_H
#define TAGPIPE_CORPUS_SPLIT_H

#include "base/buffer.h"
#include "base/outfile.h"
#include "stream/filter.h"
#include "text/intern.h"

enum split_by { SPLIT_SENTENCE, SPLIT_DOCUMENT };
#define SPLIT_BY "sentence|document"

/* All records of a corpus. {0} at first, but the caller sets `by`. */
struct split {
    enum split_by by;
    size_t n;                       /* records */
    struct buffer bytes;            /* record i is bytes[start[i] .. start[i + 1]) */
    struct array_sizes start, unit; /* [n + 1], [n] */
    struct array_sizes size;        /* of each unit, in sentences */
    size_t sentences;
    struct intern documents; /* by the field `doc`; and by the stream, where several were put together */
    struct buffer first_id, key;
    uint32_t stream;
};

/* Keep a record. Dies if documents are wanted and it has none. */
void split_add(struct split *split, const struct record *record);
/* Dies if there are fewer documents, or sentences, than parts. Else part[n_units] is that of each unit. */
void split_decide(const struct split *split, size_t n_parts, const double *share, uint64_t seed, size_t *part);
/* The records of units with part[unit] == k, between this header and a trailer. Returns its sentences; *units is how many
 * units. */
size_t split_write(const struct split *split, const size_t *part, size_t k, const struct header *header, struct outfile *out,
                   size_t *units);
void split_free(struct split *split);

#endif
