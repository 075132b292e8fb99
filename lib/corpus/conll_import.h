/* conll_import: sentences of files as records of a stream, with label ids in place of tag names. Where nothing gives the label
 * names of a field, all files are read before the first record is written. */
#ifndef TAGPIPE_CORPUS_CONLL_IMPORT_H
#define TAGPIPE_CORPUS_CONLL_IMPORT_H

#include "corpus/conll_read.h"
#include "corpus/given_labels.h"
#include "corpus/label_counts.h"
#include "stream/filter.h"

/* Sentences that wait until all labels are known. */
struct conll_store {
    size_t n, room;
    struct {
        size_t doc, n_tokens;
    } * sentence;
    struct buffer text;                      /* all tokens, one after the other */
    struct array_sizes token;                /* [token] bytes of it */
    struct array_ints tag[CONLL_FIELDS_MAX]; /* [field][token] numbers of conll->tags */
    struct buffer comment;                   /* the values of comments, sentence by sentence */
    struct array_sizes comment_size;         /* [sentence][comment] bytes of it */
};

struct conll_import {
    struct conll *conll;
    struct given_labels *given;
    bool begun, known;                            /* the columns are known; the label sets of all fields are given */
    struct intern names[CONLL_FIELDS_MAX];        /* [field] the label set of the output, or the one given: its ids by name */
    size_t n_checked[CONLL_FIELDS_MAX];           /* [field] names of conll->tags that are among the labels that are given */
    struct header *header;                        /* of the output; NULL until it is known. It belongs to the filter */
    int64_t id;                                   /* of the next sentence */
    struct array_ints id_of[CONLL_FIELDS_MAX];    /* [field][number in conll->tags] label id; grows as tags are first seen */
    struct array_ints ids;                        /* [token] of one field of the sentence at hand */
    struct label_counts counts[CONLL_FIELDS_MAX]; /* [field] whose label set is collected */
    struct conll_store store;
};

struct conll_import conll_import_new(struct conll *conll, struct given_labels *given);
/* Write the current sentence of `conll`, or keep it. Dies, with file:line, on a label that is not among those given. */
void conll_import_sentence(struct conll_import *import, struct filter *filter);
/* Write what was kept. */
void conll_import_finish(struct conll_import *import, struct filter *filter);
void conll_import_free(struct conll_import *import);

#endif
