/* sentencepiece: the file of a sentencepiece model (sentencepiece_model.proto; protobuf's wire format), as far as a tokenizer
 * needs it. */
#ifndef TAGPIPE_TOKENIZER_SENTENCEPIECE_H
#define TAGPIPE_TOKENIZER_SENTENCEPIECE_H

#include "base/util.h"

/* Kinds of pieces. */
enum { SENTENCEPIECE_CONTROL = 3, SENTENCEPIECE_USER_DEFINED = 4 };

struct sentencepiece_piece {
    struct str text; /* valid UTF-8, in the file's memory */
    float score;     /* finite */
    int type;
};
struct sentencepiece {
    struct sentencepiece_piece *piece;
    size_t n, room;
    struct str charsmap; /* data is NULL where there is none */
    uint64_t model_type; /* 1: unigram */
};

/* Read a file in memory, which must live as long as the result. Dies, naming `path`, if it is damaged, or no unigram model. */
struct sentencepiece sentencepiece_read(const char *data, size_t size, const char *path);
void sentencepiece_free(struct sentencepiece *model);

#endif
