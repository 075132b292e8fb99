/* json_import: records of JSON as sentences of a stream: fields under other names, tags as ids of a label set, an id where
 * there is none. */
#ifndef TAGPIPE_CORPUS_JSON_IMPORT_H
#define TAGPIPE_CORPUS_JSON_IMPORT_H

#include "corpus/given_labels.h"
#include "json/jsonlines.h"
#include "stream/filter.h"
#include "text/intern.h"

/* A field whose values are labels. */
struct json_import_field {
    char *name;
    const char *source; /* "--labels", for messages; NULL: the names are collected from the data */
    struct intern names;
    struct array_ints id; /* [number in names] */
    size_t n_labels;
    bool has_names, has_ids; /* seen so far */
};

struct json_import {
    struct jsonlines *in;
    bool as_is; /* a stream that was one before: nothing is checked or added */
    size_t n_renames;
    struct {
        char *from, *to;
    } * rename;
    struct given_labels given;
    size_t n_fields;
    char **field; /* of the first record */
    size_t n_tags;
    struct json_import_field *tags;
    int64_t written;
    struct buffer kept; /* records that wait until all labels are known */
};

/* `given` belongs to the import from then on. */
struct json_import *json_import_new(struct given_labels given);
/* "words=tokens,tags=ner_tags": from names to names; dies (exit 2) on anything else. */
void json_import_rename(struct json_import *import, const char *list);
/* Look at the first record of `in` (NULL: there is a header alone). Those of a stream with a header are left as they are, but for
 * names in place of label ids. True if all label names are known, so that what comes can be written as it comes. */
bool json_import_begin(struct json_import *import, struct jsonlines *in, const struct record *first);
/* Check one record, or die with file:line: text and tokens are strings, there is a tag for each token, and each is known; take
 * its fields' new names and its labels' names down. */
void json_import_check(struct json_import *import, struct record *record);
void json_import_keep(struct json_import *import, const struct record *record);
/* The header, once all labels are known. */
struct header *json_import_header(struct json_import *import);
void json_import_write(struct json_import *import, struct filter *filter, const struct record *record);
void json_import_write_kept(struct json_import *import, struct filter *filter);
void json_import_free(struct json_import *import);

#endif
