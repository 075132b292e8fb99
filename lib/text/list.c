/* list: "a,b,c", as options give it. */
#include "text/list.h"

bool list_next(const char **rest, char separator, struct str *element)
{
    if (!**rest)
        return false;
    const char *end = strchr(*rest, separator);
    *element = (struct str){*rest, end ? (size_t)(end - *rest) : strlen(*rest)};
    *rest += element->size + (end != NULL);
    return true;
}
