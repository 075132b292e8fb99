/* normalize: raw code points to those that the pieces are matched with, in steps (normalizers of the tokenizers package). */
#ifndef TAGPIPE_TOKENIZER_NORMALIZE_H
#define TAGPIPE_TOKENIZER_NORMALIZE_H

#include <jansson.h>

#include "tokenizer/symbols.h"

enum normalize_cuts { NORMALIZE_CUTS_NOWHERE, NORMALIZE_CUTS_ASK, NORMALIZE_CUTS_ANYWHERE };

struct normalize_step {
    /* Write what becomes of raw[0, n) to `out`, which is emptied first. */
    void (*run)(const void *options, const struct symbol *raw, size_t n, struct symbols *out);
    void (*free)(void *options); /* NULL: nothing to free */
    void *options;
    /* Whether a text of valid UTF-8 can be cut at its blanks (chunk_is_blank) [start, end), and each part alone becomes what it
     * becomes in the text. NULL: always. */
    bool (*cuts_at)(const void *options, struct str text, size_t start, size_t end);
    /* The same for all of its blanks at once. */
    enum normalize_cuts (*cuts)(const void *options, struct str text);
    bool alone;   /* an ASCII character between others becomes what it becomes alone */
    bool within;  /* the same comes out if a text is cut in front of blanks, and each part is normalised alone */
    bool removes; /* characters may vanish (but no ASCII that can be seen), so that white space comes together */
    bool lower;   /* text becomes lower case */
};

struct normalizer {
    size_t n;
    struct normalize_step *step;
    struct str charsmap; /* the text of the file's only precompiled_charsmap, if an empty one stands there instead */
};

void normalize_add(struct normalizer *to, struct normalize_step step);
/* Append the steps of "normalizer" of a tokenizer.json; null has none. Dies if one is not known here. `path` is for messages. */
void normalize_read(struct normalizer *to, json_t *json, const char *path);
void normalize_free(struct normalizer *normalizer);

/* Normalise raw[0, n) into `out`, which is emptied first. `spare`: memory to work with. */
void normalize_run(const struct normalizer *normalizer, const struct symbol *raw, size_t n, struct symbols *out,
                   struct symbols *spare);

#endif
