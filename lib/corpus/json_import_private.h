/* json_import_private: what the files of json_import share. */
#ifndef TAGPIPE_CORPUS_JSON_IMPORT_PRIVATE_H
#define TAGPIPE_CORPUS_JSON_IMPORT_PRIVATE_H

#include "corpus/json_import.h"

/* The field of this name, if its values are labels; else NULL. */
struct json_import_field *json_import_tags(const struct json_import *import, struct str name);
/* The number of a label in its names, with white space around it or without; SIZE_MAX: it is none of them. */
size_t json_import_label(const struct json_import_field *field, struct str name);
/* Append a record with its fields' names as they are now. */
void json_import_pack(struct buffer *to, const struct record *record);
/* The next record of import->in under its new names, and with words and tags if it has spans; NULL at the end. */
struct record *json_import_read(void *import);
/* Look at the first record; true if all label names are known. */
bool json_import_begin(struct json_import *import);
/* The next record, checked; NULL at the end. */
struct record *json_import_next(struct json_import *import);

#endif
