/* fields: what each field of a stream is, once: who makes it, what its values count, what its label names stand for. A field
 * that is not in the table is a user's own: tags of words, if it has label names. */
#ifndef TAGPIPE_STREAM_FIELDS_H
#define TAGPIPE_STREAM_FIELDS_H

#include <tagpipe/str.h>

#include "base/util.h"

/* A label of `labels` that counts for nothing: CrossEntropyLoss's ignore_index. */
enum { LABEL_NONE = -100 };

/* The tool that makes a field, or records of a kind; NULL: not known. */
const char *field_maker(const char *what);
/* For messages about a field that is missing: "; run wptok first", or, where no filter makes it, which fields there are and how
 * to get another. has [n]: the fields that there are. Valid until the next call. */
const char *field_advice(const char *field, size_t n, const struct str *has);

/* What to do about a tag that is no label of a word, for messages; "" but for LABEL_NONE. */
const char *field_label_advice(int64_t id);

/* The fields whose value is an array with one element a piece, one after the other; NULL after the last. */
const char *field_by_piece(size_t number);
/* Whether its label names stand for ids in its value; those of logits stand for columns. */
bool field_has_ids(const char *field);
/* Whether label names of it are those of gold tags of words: no filter made them. */
bool field_is_gold(const char *field);
/* Whether its tags mark entities by a scheme (scheme.h) whatever its label names are. */
bool field_has_entities(const char *field);

#endif
