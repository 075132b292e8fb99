/* json_import_private: what the files of json_import share. */
#ifndef TAGPIPE_CORPUS_JSON_IMPORT_PRIVATE_H
#define TAGPIPE_CORPUS_JSON_IMPORT_PRIVATE_H

#include "corpus/json_import.h"

/* The field of this name, if its values are labels; else NULL. */
struct json_import_field *json_import_tags(const struct json_import *import, struct str name);
/* Give the record's fields their new names. Dies if one of them exists already. */
void json_import_rename_fields(const struct json_import *import, struct record *record);

#endif
