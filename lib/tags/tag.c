/* tag: "B-PER" taken apart and put together. */
#include "tags/tag.h"

#include "tags/scheme.h"

bool tag_parse(struct str name, struct tag *tag)
{
    if (str_is(name, "O")) {
        *tag = TAG_OUTSIDE;
        return true;
    }
    if (name.size == 0 || (name.size > 1 && name.data[1] != '-') || !scheme_role(name.data[0]))
        return false;
    struct str rest = {name.data + 1, name.size - 1}, no_type = {"_", 1};
    *tag = (struct tag){name.data[0], rest.size > 1 ? (struct str){rest.data + 1, rest.size - 1} : no_type, rest};
    return true;
}

void tag_add(struct buffer *to, struct tag tag)
{
    buffer_add(to, &tag.prefix, 1);
    buffer_add(to, tag.rest.data, tag.rest.size);
}
