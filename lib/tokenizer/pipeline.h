/* pipeline: one chunk of text (a word, a stretch between blanks, or a whole text) into pieces. */
#ifndef TAGPIPE_TOKENIZER_PIPELINE_H
#define TAGPIPE_TOKENIZER_PIPELINE_H

#include "tokenizer/chunk.h"
#include "tokenizer/vocab.h"

struct pipeline;
/* `vocab` must outlive it. */
struct pipeline *pipeline_new(const struct vocab *vocab);
void pipeline_free(struct pipeline *pipeline);

/* How a text can be cut into chunks, and each tokenized alone, with the same result: not at all; at blanks (chunk_is_blank),
 * which are left out; in front of a blank that no white space stands before; the same, but only after ASCII. */
enum pipeline_cuts { PIPELINE_WHOLE, PIPELINE_AT_BLANKS, PIPELINE_BEFORE_BLANKS, PIPELINE_AFTER_ASCII };
/* *asks: whether pipeline_cuts_at must be asked for each of the cuts. The text must be valid UTF-8 if pipeline_asks. */
enum pipeline_cuts pipeline_cuts(const struct pipeline *pipeline, struct str text, bool *asks);
bool pipeline_asks(const struct pipeline *pipeline);
/* Whether a text can be cut at, or in front of, its blanks [start, end). */
bool pipeline_cuts_at(const struct pipeline *pipeline, struct str text, size_t start, size_t end);
/* Whether the place of a chunk in its text makes a difference. */
bool pipeline_needs_place(const struct pipeline *pipeline);

/* Tokenize one chunk of valid UTF-8. Its pieces replace what `out` held. */
void pipeline_chunk(struct pipeline *pipeline, struct str text, struct chunk_place place, struct chunk_pieces *out);

#endif
