/* json_import: records of JSON as sentences of a stream: fields under other names, tags as ids of a label set, an id where
 * there is none. */
#ifndef TAGPIPE_CORPUS_JSON_IMPORT_H
#define TAGPIPE_CORPUS_JSON_IMPORT_H

#include "corpus/given_labels.h"
#include "corpus/label_counts.h"
#include "corpus/span_import.h"
#include "json/jsonlines.h"
#include "stream/filter.h"
#include "text/intern.h"

/* A field whose values are labels. */
struct json_import_field {
    char *name;
    const char *source; /* "--labels", for messages; NULL: the names are collected from the data */
    struct intern names;
    struct label_counts counts; /* of the names that are collected */
    struct array_ints id;       /* [number in names] */
    size_t n_labels;
    bool has_names, has_ids; /* seen so far */
};

/* Records that were read to see whether they have spans: with their places, for messages. */
struct json_import_ahead {
    struct buffer records;
    size_t n, room, given; /* places; how many were given out */
    struct json_import_place {
        const char *file;
        size_t line, record;
    } * place, last;
    size_t read; /* bytes of the records */
    struct record record;
};

struct json_import {
    struct jsonlines *in; /* NULL: the records are not of JSON */
    struct lines *lines;  /* for messages */
    struct record *(*read)(void *data);
    void *data; /* where the records come from */
    bool as_is; /* a stream that was one before: nothing is checked or added */
    size_t n_renames;
    struct {
        char *from, *to;
        bool is_used;
    } * rename;
    struct given_labels given;
    size_t n_fields;
    char **field; /* of the first record */
    size_t n_tags;
    struct json_import_field *tags;
    int64_t written;
    struct buffer kept; /* records that wait until all labels are known */
    struct span_import spans;
    struct json_import_ahead ahead;
    struct record *first; /* the first record, as long as json_import_next has not given it out */
};

/* `given` belongs to the import from then on. */
struct json_import *json_import_new(struct given_labels given);
/* "words=tokens,tags=ner_tags": from names to names; dies (exit 2) on anything else. */
void json_import_rename(struct json_import *import, const char *list);
/* Write a stream of all records of `in`. Those of a stream with a header are left as they are, but for names in place of label
 * ids. Other records get their fields' new names, and words and tags if they have spans (span_import.h). They are checked: text
 * and tokens are strings, there is a tag for each token, and each is known. If all label names are known, each record is written
 * as it comes, else at the end. Dies with file:line. */
void json_import_run(struct json_import *import, struct jsonlines *in, struct filter *filter);
/* The same of what `read` gives (NULL at its end). `lines` has the place for messages. */
void json_import_run_from(struct json_import *import, struct record *(*read)(void *data), void *data, struct lines *lines,
                          struct filter *filter);
void json_import_free(struct json_import *import);

#endif
