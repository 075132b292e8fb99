/* errors_private: what errors.c and errors_print.c share. */
#ifndef TAGPIPE_SCORE_ERRORS_PRIVATE_H
#define TAGPIPE_SCORE_ERRORS_PRIVATE_H

#include "score/errors.h"
#include "score/score_words.h"
#include "text/intern.h"

/* the error's number within its kind, and how it is printed */
struct errors_sample {
    uint64_t number;
    char *text;
};
struct errors_kind {
    uint64_t gold, pred;
    struct errors_sample *sample;
    size_t n, room;
};

struct errors {
    char *const *name; /* the scorer's types */
    const char *gold_field;
    bool tags, json;
    size_t max_kinds, max_samples; /* pairs of tags that are shown; examples of each kind */
    uint64_t seed;
    struct intern pairs; /* with tags: two uint32_t, the gold and the predicted type; the number of a kind */
    struct errors_kind *kind;
    size_t n_kinds, room;
    struct score_words words;
    bool has_words; /* of the sentence that is added now */
    struct buffer text;
};

#endif
