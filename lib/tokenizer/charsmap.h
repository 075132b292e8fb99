/* charsmap: sentencepiece's normalisation by a table, as the tokenizers package does it (Precompiled). */
#ifndef TAGPIPE_TOKENIZER_CHARSMAP_H
#define TAGPIPE_TOKENIZER_CHARSMAP_H

#include "tokenizer/normalize.h"

struct charsmap;
/* A precompiled_charsmap: a copy of its bytes, or in base64. Dies if it is damaged; `path` is the file's, for the message. */
struct charsmap *charsmap_new(const void *data, size_t size, const char *path);
struct charsmap *charsmap_new_base64(const char *text, size_t size, const char *path);
void charsmap_free(struct charsmap *map);

/* Write what becomes of raw[0, n) to `out`, which is emptied first. */
void charsmap_run(const struct charsmap *map, const struct symbol *raw, size_t n, struct symbols *out);

/* Whether a text of valid UTF-8 can be cut at its blanks, and each part alone becomes what it becomes in the text: nothing
 * reaches across them. At all of them, or at those (chunk_is_blank) in [start, end). */
enum normalize_cuts charsmap_cuts(const struct charsmap *map, struct str text);
bool charsmap_cuts_at(const struct charsmap *map, struct str text, size_t start, size_t end);

#endif
