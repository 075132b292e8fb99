/* jsonfile: settings that stand in a file of JSON. A value of another type than its key has is an error, never the default: a
 * "false" in quotation marks is not false. Where `object` is NULL, no key is there. `path` is for messages. */
#ifndef TAGPIPE_BASE_JSONFILE_H
#define TAGPIPE_BASE_JSONFILE_H

#include <jansson.h>

#include "base/util.h"

/* From now on jansson dies of a lack of memory as xmalloc does. It would else report it as a fault of the file, or leave keys out
 * of what is written. cli_parse calls this. */
void jsonfile_setup(void);

/* Read a file of at most `size_max` bytes, which must be a JSON object. `flags` are those of jansson. */
json_t *jsonfile_read(const char *path, size_t size_max, size_t flags);

/* Whether a key is not there, or null. */
bool jsonfile_is_missing(const json_t *object, const char *key);
/* The value of a key; `otherwise` where it is not there. Null is an error, as in transformers. */
bool jsonfile_bool(const json_t *object, const char *path, const char *key, bool otherwise);
size_t jsonfile_size(const json_t *object, const char *path, const char *key, size_t min, size_t max, size_t otherwise);
double jsonfile_real(const json_t *object, const char *path, const char *key, double max, double otherwise); /* from 0 on */
/* A text; NULL where the key is missing. It belongs to the object. */
const char *jsonfile_text(const json_t *object, const char *path, const char *key);

/* Die: `"key" is not WHAT, but VALUE`. */
_Noreturn void jsonfile_die(const char *path, const char *key, const json_t *value, const char *what);

#endif
