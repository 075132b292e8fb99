/* tag: "B-PER" taken apart and put together. */
#include "tags/tag.h"

bool tag_parse(struct str name, struct tag *tag)
{
    if (str_is(name, "O")) {
        *tag = TAG_OUTSIDE;
        return true;
    }
    if (name.size < 2 || name.data[1] != '-' || !memchr("BIESLU", name.data[0], 6))
        return false;
    *tag = (struct tag){name.data[0], {name.data + 2, name.size - 2}};
    return true;
}

void tag_add(struct buffer *to, struct tag tag)
{
    buffer_add(to, &tag.prefix, 1);
    if (tag.prefix == 'O')
        return;
    buffer_add(to, "-", 1);
    buffer_add(to, tag.type.data, tag.type.size);
}
