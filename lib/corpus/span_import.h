/* span_import: records of annotation tools, with spans of their text, as records with words and a tag for each: tokens,
 * token_offsets, ner_tags (IOB2, by name). All other fields stay. */
#ifndef TAGPIPE_CORPUS_SPAN_IMPORT_H
#define TAGPIPE_CORPUS_SPAN_IMPORT_H

#include "corpus/span_check.h"
#include "corpus/span_cut.h"
#include "corpus/span_doubt.h"
#include "corpus/span_find.h"
#include "corpus/span_offsets.h"
#include "corpus/span_task.h"
#include "text/intern.h"
#include "text/lines.h"

enum span_kind { SPAN_UNDECIDED, SPAN_ORDINARY, SPAN_RECORDS, SPAN_TASKS };

struct span_import {
    /* what the user says; NULL: found by its shape */
    const char *field; /* with the spans */
    const char *text;  /* with the text */
    bool none;         /* no field has spans, whatever it looks like */
    enum span_unit unit;
    struct span_rules rules;
    /* set by the caller */
    const struct lines *lines; /* for messages */
    const char *tags;          /* the field that the tags go to */
    /* the rest is {0} at first */
    enum span_kind kind;
    char *found; /* the field with the spans, once it is known */
    struct intern types;
    struct span_counts counts;
    struct span_doubts doubts;
    struct span_task_counts tasks;
    size_t present, missing, not_accepted; /* records with the field, without it; of Prodigy, that were not accepted */
    char *unread;                          /* the field with the spans of the first ordinary record that has words, too */
    struct span_text as_text;
    struct spans spans;
    struct span_words words;
    struct buffer name, packed, why, data;
    struct record record;
};

/* What a record is. The kind is decided by the first one that shows it; SPAN_UNDECIDED: not yet, this one may be ordinary, or
 * without spans. Dies, with the line, if it is other than those before. */
enum span_kind span_import_kind(struct span_import *import, const struct record *record);
/* A record of kind SPAN_RECORDS or SPAN_TASKS made new, valid until the next call; NULL: it is left out, and counted. Dies, with
 * the line, on spans that cannot be tags. */
struct record *span_import_record(struct span_import *import, const struct record *record);
/* The same from a text and its spans, for files that are not JSON: `id`, then the new fields. */
struct record *span_import_document(struct span_import *import, struct str id, struct str text, const struct spans *spans);
/* Say what was changed or left out, a line for each kind of it. Dies if no record has the field that the user names. */
void span_import_report(const struct span_import *import);
void span_import_free(struct span_import *import);

#endif
