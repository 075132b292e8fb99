/* tag: "B-PER" taken apart and put together. The scorer does not use this: it reads tags exactly as seqeval does
 * (score/score.c). */
#ifndef TAGPIPE_TAGS_TAG_H
#define TAGPIPE_TAGS_TAG_H

#include <tagpipe/str.h>

#include "base/buffer.h"

/* "B-PER": prefix 'B', type "PER". "O": prefix 'O', no type. Other tags without a type, "B" and "B-", have the type "_", as in
 * seqeval. Type and rest point into the name, or to constants. */
struct tag {
    char prefix;
    struct str type;
    struct str rest; /* what follows the prefix in the name: "-PER", "-", "" */
};
#define TAG_OUTSIDE ((struct tag){'O', {"", 0}, {"", 0}})

/* False if the name is neither "O" nor a letter of some scheme (scheme.h), alone or with a hyphen and a type. */
bool tag_parse(struct str name, struct tag *tag);
/* Append the tag's name: its prefix and its rest. */
void tag_add(struct buffer *to, struct tag tag);

static inline bool tag_same_type(struct tag a, struct tag b)
{
    return str_equal(a.type, b.type);
}

#endif
