/* context: a queue of sentences, each until its neighbours in its document are known. */
#ifndef TAGPIPE_TOKENIZER_CONTEXT_H
#define TAGPIPE_TOKENIZER_CONTEXT_H

#include "stream/reader.h"
#include "tokenizer/pieces.h"

struct context;

/* A sentence with the ids of the pieces next to it in its document, on each side as many as there are, at most n. Valid until
 * the next call. */
struct context_sentence {
    const struct record *record;
    const struct pieces *pieces;
    struct array_ints left, right;
};

struct context *context_new(size_t n);
/* Keep copies of a sentence and its pieces. Dies if there is no `doc`; see document.h. */
void context_add(struct context *context, const struct record *record, const struct pieces *pieces);
/* No more sentences will come. */
void context_end(struct context *context);
/* The next sentence of which both sides are known; false if there is none yet. */
bool context_next(struct context *context, struct context_sentence *out);
void context_free(struct context *context);

#endif
