/* fields: what each field of a stream is, once. */
#ifndef TAGPIPE_STREAM_FIELDS_H
#define TAGPIPE_STREAM_FIELDS_H

#include "base/util.h"

/* A label of `labels` that counts for nothing: CrossEntropyLoss's ignore_index. */
enum { LABEL_NONE = -100 };

/* The tool that makes a field, or records of a kind; NULL: not known. */
const char *field_maker(const char *what);
/* "; run wptok first", for messages about a field that is missing; "" where it is not known who makes it. Valid until the next call. */
const char *field_advice(const char *field);

#endif
