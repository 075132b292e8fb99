/* json_print: JSON of reports, in which any string and any number has a form. JSON of records is json_write.h's. */
#ifndef TAGPIPE_JSON_JSON_PRINT_H
#define TAGPIPE_JSON_JSON_PRINT_H

#include <tagpipe/str.h>

#include "base/buffer.h"

/* Append a string, quoted and escaped. One that is not UTF-8 is first made printable (text/printable.h). */
void json_print_str(struct buffer *to, struct str text);
void json_print_string(struct buffer *to, const char *string); /* the same */
/* Append `before` as it is, then a number: the shortest text that reads back the same; null if it is not finite. */
void json_print_number(struct buffer *to, const char *before, double value);
void json_print_count(struct buffer *to, const char *before, uint64_t value);

#endif
