/* tag: "B-PER" taken apart and put together. The scorer does not use this: it reads tags exactly as seqeval does
 * (score/score.c). */
#ifndef TAGPIPE_TAGS_TAG_H
#define TAGPIPE_TAGS_TAG_H

#include <tagpipe/str.h>

#include "base/buffer.h"

/* "B-PER": prefix 'B', type "PER". "O": prefix 'O', no type. The type points into the name. */
struct tag {
    char prefix;
    struct str type;
};
#define TAG_OUTSIDE ((struct tag){'O', {"", 0}})

/* False if the name is neither "O" nor a letter of some scheme (BIESLU), a hyphen and a type. The type may be empty here. */
bool tag_parse(struct str name, struct tag *tag);
/* Append the tag's name. */
void tag_add(struct buffer *to, struct tag tag);

static inline bool tag_same_type(struct tag a, struct tag b)
{
    return str_equal(a.type, b.type);
}

#endif
