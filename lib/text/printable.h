/* printable: text that a terminal may show: characters that would act on it are made visible. */
#ifndef TAGPIPE_TEXT_PRINTABLE_H
#define TAGPIPE_TEXT_PRINTABLE_H

#include <tagpipe/str.h>

#include "base/buffer.h"

/* Append any bytes as text that a terminal may show. Control, format and bidirectional characters become \t, \x1b, \u202e;
 * bytes that are not UTF-8 become \xff. Returns the columns that the text takes: two for a wide character, none for a
 * combining mark, two for what Unicode joins to one emoji (with ZWJ, a skin tone, a flag's letters, U+FE0F). */
size_t printable_add(struct buffer *to, struct str text);

#endif
