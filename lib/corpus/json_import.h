/* import: records of JSON as sentences of a stream: fields under other names, tags as ids of an inventory, an id where there is
 * none. */
#ifndef TAGPIPE_CORPUS_JSON_IMPORT_H
#define TAGPIPE_CORPUS_JSON_IMPORT_H

#include "text/intern.h"
#include "json/jsonlines.h"
#include "stream/filter.h"

/* A field whose values are labels. */
struct tag_field {
    char *name;
    const char *source;             /* "--labels", for messages; NULL: the names are collected from the data */
    struct intern names;
    struct array_ints id;                 /* [number in names] */
    size_t n_labels;
    bool has_names, has_ids;        /* seen so far */
};

struct import {
    struct jsonlines *in;
    bool as_is;                     /* a stream that was one before: nothing is checked or added */
    size_t n_renames; struct { char *from, *to; } *rename;
    struct header *labels;          /* inventories that were given */
    const char *labels_source;
    size_t n_fields; char **field;  /* of the first record */
    size_t n_tags; struct tag_field *tags;
    int64_t written;
    struct { uint8_t *data; size_t n, room; } kept;   /* records that wait until all labels are known */
};

struct import *import_new(void);
/* "words=tokens,tags=ner_tags": from names to names; dies (exit 2) on anything else. */
void import_rename(struct import *import, const char *list);
/* "ner_tags=O,B-PER,I-PER" or "ner_tags=@FILE", a name a line; dies (exit 2, or as the file is) on anything else. */
void import_labels(struct import *import, const char *given);
/* The inventories of a stream. */
void import_labels_from(struct import *import, const struct header *header);
/* Look at the first record of `in` (NULL: there is a header alone). Those of a stream with a header are left as they are, but for
 * names in place of label ids. True if all label names are known, so that what comes can be written as it comes. */
bool import_begin(struct import *import, struct jsonlines *in, const struct record *first);
/* Check one record, or die with file:line: text and tokens are strings, there is a tag for each token, and each is known; take
 * its fields' new names and its labels' names down. */
void import_check(struct import *import, struct record *record);
void import_keep(struct import *import, const struct record *record);
/* The header, once all labels are known. */
struct header *import_header(struct import *import);
void import_write(struct import *import, struct filter *filter, const struct record *record);
void import_write_kept(struct import *import, struct filter *filter);
void import_free(struct import *import);

#endif
